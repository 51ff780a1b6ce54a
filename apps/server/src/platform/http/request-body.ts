import { MusterError } from '@muster/contracts';

/** What an endpoint accepts unless it says otherwise. */
export const DEFAULT_MAX_BODY_BYTES = 1_048_576;

/** The body, read up to the limit; empty where there is none. Throws `too_large` as soon as the limit is passed. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** The same request with a body that was already read. */
export function withBody(request: Request, body: Uint8Array<ArrayBuffer>): Request {
  if (body.byteLength === 0)
    return new Request(request.url, {
      method: request.method,
      headers: request.headers,
      signal: request.signal,
    });
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body,
    signal: request.signal,
  });
}

function tooLarge(maxBytes: number): MusterError {
  return new MusterError(
    'too_large',
    `The request is larger than the ${maxBytes} bytes that this endpoint takes.`,
    { maxBytes },
  );
}
