import { contract, Problem } from '@muster/contracts';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { findLogin, type Login } from './config.ts';
import { EXIT, Failure, toFailure } from './failure.ts';

/** The typed API of a server. */
export type Client = ContractRouterClient<typeof contract>;

type Send = (request: Request, init?: RequestInit) => Promise<Response>;

/** Asks for a fresh proof by one of `methods`; false when there is nobody to ask. */
export type Prove = (methods: readonly string[]) => Promise<boolean>;

/** Fetch that trusts the server's own certificate where one was given, and gives up after a minute. */
function fetchFor(certificate: string | null): Send {
  const tls = certificate ? { tls: { ca: certificate } } : {};
  return async (request, init) => {
    const sent = fetch(request, { ...init, ...tls, signal: AbortSignal.timeout(60_000) });
    const answer = await sent.catch((error) => {
      throw toFailure(error, new URL(request.url).origin);
    });
    return readable(requireJson(request.url, answer));
  };
}

/** Sends again, once, what was refused for want of a fresh proof and could be proved; says how to sign in again. */
function provingFetch(send: Send, prove: Prove): Send {
  return async (request, init) => {
    const again = request.clone() as Request;
    const answer = await send(request, init);
    if (answer.status !== 401) return answer;
    const problem = Problem.safeParse(await answer.clone().json());
    if (problem.data?.code === 'unauthenticated')
      throw new Failure(
        EXIT.signedOut,
        `${problem.data.detail} \`muster login\` signs in again.`,
        problem.data,
      );
    if (problem.data?.code !== 'step_up_required') return answer;
    const { methods } = problem.data.params;
    const isProved = await prove(Array.isArray(methods) ? methods.map(String) : []);
    return isProved ? send(again, init) : answer;
  };
}

/** A page of a proxy, or of another program that listens there, is no answer of Muster. */
function requireJson(url: string, answer: Response): Response {
  const type = answer.headers.get('content-type');
  if (type === null || /^application\/([a-z]+\+)?json/.test(type)) return answer;
  const said = `${new URL(url).origin} answered ${answer.status} with ${type}, which is not Muster's API.`;
  throw new Failure(
    EXIT.unreachable,
    `${said} Is the address right, and does the proxy reach the server, if there is one?`,
  );
}

/** oRPC reads JSON under `application/json` only; a problem document is JSON under a name of its own. */
function readable(answer: Response): Response {
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return answer;
  const headers = new Headers(answer.headers);
  headers.set('content-type', 'application/json');
  return new Response(answer.body, { status: answer.status, headers });
}

/** A client of `server`; without `token` only the open routes answer. `prove` is asked when a proof has become old. */
export function connect(
  login: Pick<Login, 'server' | 'certificate'> & { token: string | null },
  headers: Record<string, string> = {},
  prove?: Prove,
): Client {
  const plain = fetchFor(login.certificate);
  const send = prove ? provingFetch(plain, prove) : plain;
  return createORPCClient(
    new OpenAPILink(contract, {
      url: new URL('/api/v1', login.server).href,
      headers: () => ({ ...headers, ...(login.token ? { authorization: `Bearer ${login.token}` } : {}) }),
      fetch: (request, init) => send(request, init as RequestInit),
    }),
  );
}

/** The stored or given login; a Failure that says how to get one when there is none. */
export function getLogin(): Login {
  const login = findLogin();
  if (!login)
    throw new Failure(
      EXIT.signedOut,
      'Nobody is signed in here. Run `muster login --server http://localhost:8080`, or set MUSTER_SERVER and MUSTER_TOKEN.',
    );
  return login;
}

/** A file of the server, as it comes; throws what the server refuses with. */
export async function download(login: Login, path: string): Promise<Response> {
  const tls = login.certificate ? { tls: { ca: login.certificate } } : {};
  const headers = { authorization: `Bearer ${login.token}` };
  const answer = await fetch(new URL(path, login.server), { headers, ...tls });
  if (!answer.ok) throw await requireJson(answer.url, answer).json();
  return answer;
}
