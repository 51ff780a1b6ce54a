import { randomBytes } from 'node:crypto';
import { type Access, MusterError } from '@muster/contracts';
import type { AuditPort } from '../bus/audit-port.ts';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { demandAccess, denialIn } from './access.ts';
import { API_PREFIX, type ApiHandler } from './api-handler.ts';
import { type Credentials, demandSameOrigin, readCredentials } from './credentials.ts';
import { demandShallow } from './guards/json-depth.ts';
import { createRateLimit, type RateLimit } from './guards/rate-limit.ts';
import { createSeenThrough } from './guards/trusted-proxies.ts';
import type { Idempotency } from './idempotency.ts';
import { nothingAt, problemResponse, toMusterError } from './problem.ts';
import type { RawContext, RawRoute } from './raw-route.ts';
import { createRawRouter } from './raw-router.ts';
import { DEFAULT_MAX_BODY_BYTES, readBody, withBody } from './request-body.ts';
import { ANONYMOUS, type Person, type RequestContext } from './request-context.ts';
import { secureHeaders } from './security-headers.ts';
import type { StaticFiles } from './static-files.ts';

/** Tells who a credential stands for; undefined for none, an ended or an expired one. Reads rights anew each time. */
export type Authenticate = (credentials: Credentials, address: string) => Promise<Person | undefined>;

/** What the listener knows about a request beside what it says itself. */
export type Arrival = Pick<RawContext, 'address' | 'secure' | 'upgrade'>;

/** Answers every request of the console listeners; undefined after an upgrade to a WebSocket. */
export type ConsoleHandler = (request: Request, arrival: Arrival) => Promise<Response | undefined>;

export type ConsoleHandlerDeps = {
  readonly api: ApiHandler;
  readonly rawRoutes: readonly RawRoute[];
  readonly staticFiles: StaticFiles;
  readonly authenticate: Authenticate;
  readonly idempotency: Idempotency;
  /** The audit log's ear for refusals. */
  readonly denied: AuditPort['denied'];
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Addresses and networks of reverse proxies; without any nothing forwarded is believed. */
  readonly trustedProxies?: readonly string[];
};

type Parts = ConsoleHandlerDeps & { readonly rateLimit: RateLimit };

type Asked = {
  readonly request: Request;
  readonly url: URL;
  readonly arrival: Arrival;
  readonly traceId: string;
  /** Whoever was found to ask. */
  actor: Person;
};

/** Signing in and set-up tell of their own refusals: they know who it was to be. */
const TELLS_ITSELF = new Set([`${API_PREFIX}/auth/login`, `${API_PREFIX}/setup`]);
/** Signing in is never remembered: its answer is a session. */
const NEVER_REMEMBERED = new Set([
  ...TELLS_ITSELF,
  ...['factor', 'passkey', 'token', 'token/refresh', 'device', 'device/token', 'node/token'].map(
    (path) => `${API_PREFIX}/auth/${path}`,
  ),
]);

/** The router takes a slash at the end for none. */
function endpointOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

/** Raw routes first, then the API, then the console's files. */
export function createConsoleHandler(given: ConsoleHandlerDeps): ConsoleHandler {
  const findRaw = createRawRouter(given.rawRoutes);
  const seenThrough = createSeenThrough(given.trustedProxies ?? []);
  const rateLimit = createRateLimit((identity) => given.metrics.rateLimited.inc({ identity }));
  const deps: Parts = { ...given, rateLimit };
  return async (request, socket) => {
    const arrival: Arrival = { ...socket, ...seenThrough(socket, request.headers) };
    const startedAt = performance.now();
    const traceId = randomBytes(16).toString('hex');
    // A Host header that is none leaves Bun with a path alone.
    const url = new URL(request.url, 'http://localhost');
    const asked: Asked = { request, url, arrival, traceId, actor: ANONYMOUS };
    let route = 'static';
    let response: Response | undefined;
    try {
      const raw = findRaw(request.method, url.pathname);
      if (raw) {
        route = raw.route.path;
        response = await answerRaw(deps, asked, raw);
        if (!response) return undefined;
      } else if (url.pathname.startsWith(`${API_PREFIX}/`) || url.pathname === '/api') {
        route = API_PREFIX;
        response = await answerApi(deps, asked);
      } else {
        response = await deps.staticFiles(request, url.pathname);
      }
      response ??= problemResponse(nothingAt(request), traceId);
    } catch (error) {
      const failure = toMusterError(error);
      if (failure.code === 'internal') logFault(deps, asked, failure);
      response = problemResponse(failure, traceId);
    }
    await tellDenial(deps, asked, response);
    deps.metrics.httpRequests.observe(
      { method: request.method, route, status: String(response.status) },
      (performance.now() - startedAt) / 1000,
    );
    response.headers.set('x-trace-id', traceId);
    return secureHeaders(response, arrival.secure);
  };
}

async function answerRaw(
  deps: Parts,
  asked: Asked,
  { route, params }: { route: RawRoute; params: Record<string, string> },
): Promise<Response | undefined> {
  const { request, arrival, traceId } = asked;
  const actor = await identify(deps, asked, route.access);
  demandAccess(route.access, actor);
  const context: RawContext = {
    actor: actor === ANONYMOUS ? undefined : actor,
    traceId,
    ...arrival,
    host: hostOf(asked),
    params,
  };
  if (!request.body) return route.handle(request, context);
  const body = await readBody(request, route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
  return route.handle(withBody(request, body), context);
}

/** What the client called this server; it goes into install lines, so nothing but a name and a port gets through. */
function hostOf({ request, url }: Asked): string {
  const host = request.headers.get('host') ?? url.host;
  if (/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host)) return host;
  throw new MusterError('invalid_input', 'The Host header is not a host name with a port.');
}

async function answerApi(deps: Parts, asked: Asked): Promise<Response | undefined> {
  const { request, url, arrival, traceId } = asked;
  const actor = await identify(deps, asked);
  const context: RequestContext = {
    actor,
    traceId,
    address: arrival.address,
    headers: request.headers,
    secure: arrival.secure,
    responseHeaders: new Headers(),
  };
  const body = await readBody(request, DEFAULT_MAX_BODY_BYTES);
  demandShallow(body);
  const work = () => deps.api(withBody(request, body), context);
  const key = request.headers.get('idempotency-key');
  const isKept =
    request.method === 'POST' && key && actor !== ANONYMOUS && !NEVER_REMEMBERED.has(endpointOf(url));
  if (!isKept) return work();
  if (key.length > 255)
    throw new MusterError('invalid_input', 'An Idempotency-Key has at most 255 characters.');
  return deps.idempotency.once(
    { key, actor, url, body },
    async () => (await work()) ?? problemResponse(nothingAt(request), traceId),
  );
}

async function tellDenial(deps: Parts, asked: Asked, response: Response): Promise<void> {
  const { request, url, arrival, actor } = asked;
  if (TELLS_ITSELF.has(endpointOf(url))) return;
  const endpoint = `${request.method} ${url.pathname}`.slice(0, 300);
  const denial = await denialIn(response, { actor, address: arrival.address, endpoint });
  if (denial) deps.denied(denial);
}

async function identify(deps: Parts, asked: Asked, access?: Access): Promise<Person> {
  const { request, arrival } = asked;
  if (access && 'open' in access && access.open === 'public') return ANONYMOUS;
  const credentials = readCredentials(request.headers, arrival.secure);
  asked.actor = (credentials && (await deps.authenticate(credentials, arrival.address))) ?? ANONYMOUS;
  deps.rateLimit.take(asked.actor, arrival.address);
  // After it is known whose cookie another site used: the audit log names them.
  demandSameOrigin(request, credentials);
  return asked.actor;
}

function logFault(deps: Parts, { request, url, traceId }: Asked, failure: MusterError): void {
  deps.metrics.errors.inc({ part: 'http' });
  deps.log.error(
    { err: failure.cause ?? failure, traceId, method: request.method, path: url.pathname },
    'request failed',
  );
}
