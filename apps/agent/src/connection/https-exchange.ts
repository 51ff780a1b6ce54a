import type { Socket as BunSocket } from 'bun';
import type { GatewayTls } from './gateway-tls.ts';
import { type HttpResponse, HttpResponseReader } from './http-response.ts';

export type HttpsRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

export type HttpsWay = {
  readonly tls: GatewayTls;
  /** An HTTP proxy that is asked to CONNECT. */
  readonly proxy: string | undefined;
  readonly timeoutMs: number;
};

/**
 * One request to a gateway "host:port" and its answer. Without a proxy it goes over a TLS socket of the agent's own loop:
 * the runtime's `fetch` starts a thread and buffers that stay in memory (1.5 MB), for a request a minute. The socket
 * believes the CA and the name of `tls` only; nothing is written before both have held.
 */
export function exchangeHttps(gateway: string, request: HttpsRequest, way: HttpsWay): Promise<HttpResponse> {
  return way.proxy ? byFetch(gateway, request, way) : bySocket(gateway, request, way);
}

async function byFetch(
  gateway: string,
  { method, path, headers, body }: HttpsRequest,
  { tls, proxy, timeoutMs }: HttpsWay,
): Promise<HttpResponse> {
  const response = await fetch(`https://${gateway}${path}`, {
    method,
    tls,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    ...(headers ? { headers } : {}),
    ...(body ? { body: new Uint8Array(body) } : {}),
    ...(proxy ? { proxy } : {}),
  });
  return {
    status: response.status,
    headers: new Map(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

function bySocket(
  gateway: string,
  request: HttpsRequest,
  { tls, timeoutMs }: HttpsWay,
): Promise<HttpResponse> {
  const { hostname, port } = new URL(`https://${gateway}`);
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const reader = new HttpResponseReader();
  let waiting = requestBytes(gateway, request);
  let socket: BunSocket | undefined;
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const write = (to: BunSocket) => {
    const written = to.write(waiting);
    waiting = waiting.subarray(Math.max(0, written));
  };
  /** A reader that throws has found something that is no answer. */
  const read = (take: () => HttpResponse | undefined) => {
    try {
      const response = take();
      if (response) resolve(response);
    } catch (error) {
      reject(error);
    }
  };
  Bun.connect({
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 443),
    tls: { ...tls, rejectUnauthorized: true },
    socket: {
      open(opened) {
        socket = opened;
      },
      handshake(opened, isVerified, refusal) {
        if (isVerified && opened.authorized) write(opened);
        else reject(refusal ?? new Error('the gateway could not be verified'));
      },
      drain: (opened) => {
        if (opened.authorized && waiting.length > 0) write(opened);
      },
      data: (_, bytes) => read(() => reader.add(bytes)),
      close: () => read(() => reader.end()),
      error: (_, error) => reject(error),
      connectError: (_, error) => reject(error),
    },
  }).catch(reject);
  return promise.finally(() => {
    clearTimeout(timer);
    socket?.terminate();
  });
}

function requestBytes(gateway: string, { method, path, headers = {}, body }: HttpsRequest): Uint8Array {
  const fields = Object.entries({
    host: gateway,
    connection: 'close',
    ...(method === 'POST' ? { 'content-length': String(body?.length ?? 0) } : {}),
    ...headers,
  });
  const head = [`${method} ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body ?? new Uint8Array(0)]);
}
