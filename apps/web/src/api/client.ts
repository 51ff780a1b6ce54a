import type { contract } from '@muster/contracts';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { CONTRACT } from './contract.gen.ts';
import { withStepUp } from './step-up.ts';

/** What one call may say beside its input. */
type CallContext = {
  /** The etag last read, for PATCH. */
  readonly ifMatch?: string;
  /** Repeating a POST under the same key does nothing twice. */
  readonly idempotencyKey?: string;
  /** The call outlives the page that makes it. */
  readonly keepalive?: boolean;
};

/** oRPC reads JSON under `application/json` only; a problem document is JSON under a name of its own. */
async function readableFetch(request: Request, init: RequestInit | undefined): Promise<Response> {
  const answer = await fetch(request, init);
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return answer;
  const headers = new Headers(answer.headers);
  headers.set('content-type', 'application/json');
  return new Response(answer.body, { status: answer.status, headers });
}

const link = new OpenAPILink<CallContext>(CONTRACT as unknown as typeof contract, {
  url: new URL('/api/v1', window.location.origin).href,
  headers: ({ context }) => ({
    ...(context?.ifMatch ? { 'if-match': context.ifMatch } : {}),
    ...(context?.idempotencyKey ? { 'idempotency-key': context.idempotencyKey } : {}),
  }),
  fetch: (request, init, { context }) =>
    readableFetch(request, { ...init, keepalive: context?.keepalive ?? false }),
});

/** The typed API; the session cookie says who calls. */
export const api: ContractRouterClient<typeof contract, CallContext> = createORPCClient<
  ContractRouterClient<typeof contract, CallContext>
>({ call: (path, input, options) => withStepUp(() => link.call(path, input, options)) });

/** Query and mutation options of every endpoint, for TanStack Query. */
export const queries = createTanstackQueryUtils(api);
