import { MusterError, type Permission } from '@muster/contracts';
import type { AnyContractRouter } from '@orpc/contract';
import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { ORPCError, type Router } from '@orpc/server';
import { accessOf, demandAccess } from './access.ts';
import { demandStorable } from './guards/storable-input.ts';
import { problemResponse, toMusterError } from './problem.ts';
import type { Person, RequestContext } from './request-context.ts';

/** Where the API lives on every console listener. */
export const API_PREFIX = '/api/v1';

/** Answers one request below API_PREFIX; undefined when no endpoint matches. */
export type ApiHandler = (request: Request, context: RequestContext) => Promise<Response | undefined>;

/** Asked about every change after its permission was checked; throws approval_required for one that has to wait. */
export type Approve = (
  actor: Person,
  request: {
    readonly permission: Permission;
    readonly endpoint: string;
    readonly method: string;
    readonly path: string;
    readonly input: unknown;
  },
) => Promise<void>;

/** Every endpoint's guard stands here, in one place, before any input is looked at. */
export function createApiHandler(
  router: Router<AnyContractRouter, RequestContext>,
  approve: Approve = async () => undefined,
): ApiHandler {
  const requests = new WeakMap<RequestContext, Request>();
  // What a handler threw is kept beside the request, because oRPC would only pass on its own kind of error.
  const failures = new WeakMap<RequestContext, MusterError>();
  // What fails before its endpoint was reached is the fault of the request: a body that is no JSON.
  const reached = new WeakSet<RequestContext>();
  const handler = new OpenAPIHandler<RequestContext>(router, {
    clientInterceptors: [
      async ({ procedure, path, input, context, next }) => {
        reached.add(context);
        const { meta, route } = procedure['~orpc'];
        const access = accessOf(meta);
        demandAccess(access, context.actor);
        if (route.method === 'PATCH') demandIfMatch(context.headers);
        if (!meta.cleansText) demandStorable(input);
        const asked = requests.get(context);
        if (asked && route.method !== 'GET' && 'permission' in access) {
          const { permission } = access;
          const url = new URL(asked.url, 'http://localhost');
          const sent = { method: asked.method, path: `${url.pathname}${url.search}` };
          await approve(context.actor, { permission, endpoint: path.join('.'), ...sent, input });
        }
        return next();
      },
    ],
    interceptors: [
      async ({ context, next }) => {
        try {
          return await next();
        } catch (error) {
          failures.set(context, reached.has(context) ? toMusterError(error) : unreadable(error));
          throw error instanceof ORPCError ? error : new ORPCError('INTERNAL_SERVER_ERROR');
        }
      },
    ],
  });
  return async (request, context) => {
    requests.set(context, request);
    const { matched, response } = await handler.handle(request, { prefix: API_PREFIX, context });
    const failure = failures.get(context);
    // A fault of ours goes on to whoever logs it.
    if (failure?.code === 'internal') throw failure;
    if (failure) {
      return withHeaders(problemResponse(failure, context.traceId), context.responseHeaders);
    }
    if (!matched) return undefined;
    return withHeaders(response, context.responseHeaders);
  };
}

function unreadable(cause: unknown): MusterError {
  const message = 'The request could not be read; check the body and its content type.';
  return new MusterError('invalid_input', message, {}, cause);
}

function demandIfMatch(headers: Headers): void {
  if (!headers.get('if-match')) {
    throw new MusterError(
      'precondition_required',
      'Send If-Match with the etag last read, so that nobody’s change is lost.',
    );
  }
}

function withHeaders(response: Response, extra: Headers): Response {
  const headers = new Headers(response.headers);
  headers.set('cache-control', 'no-store');
  for (const [name, value] of extra) {
    if (name === 'set-cookie') headers.append(name, value);
    else headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}
