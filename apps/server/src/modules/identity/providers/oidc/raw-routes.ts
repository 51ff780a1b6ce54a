import { MusterError, type ProviderProblem } from '@muster/contracts';
import type { RawContext, RawRoute } from '../../../../platform/http/index.ts';
import { browserSecretOf } from '../domain/browser-secret.ts';
import { localPath } from '../domain/local-path.ts';
import { SignInRefused } from '../domain/sign-in-refused.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { type Arrived, finishSignIn } from './finish-sign-in.ts';
import { providerIdOf, startSignIn } from './start-sign-in.ts';

/** What OpenID sign-in needs of the rest of identity. */
export type OidcDeps = ProvidersDeps & {
  /** Counts a sign-in that begins at the address; throws rate_limited for too many. */
  readonly countStart: (address: string) => void;
  /** Begins the session of whoever arrived; answers with what the browser is told. */
  readonly letIn: (arrived: Arrived, request: Request, context: RawContext) => Promise<Response>;
};

/** GET, because browsers come here by following links. */
export function createOidcRoutes(deps: OidcDeps): RawRoute[] {
  const access = { open: 'public', reason: 'Whoever signs in is not known yet.' } as const;
  return [
    {
      method: 'GET',
      path: '/api/v1/auth/oidc/:provider/start',
      access,
      handle: (request, context) => guarded(deps, context, () => start(deps, request, context)),
    },
    {
      method: 'GET',
      path: '/api/v1/auth/oidc/:provider/callback',
      access,
      handle: (request, context) => guarded(deps, context, () => comeBack(deps, request, context)),
    },
  ];
}

async function start(deps: OidcDeps, request: Request, context: RawContext): Promise<Response> {
  deps.countStart(context.address);
  const browser = browserSecretOf(readCookie(request, context.secure));
  const url = await startSignIn(deps, {
    providerId: providerIdOf(context.params.provider),
    browser,
    origin: `${context.secure ? 'https' : 'http'}://${context.host}`,
    returnTo: localPath(queryOf(request).get('to')),
  });
  const answer = redirect(url.href);
  answer.headers.append('set-cookie', browserCookie(browser, context.secure));
  return answer;
}

async function comeBack(deps: OidcDeps, request: Request, context: RawContext): Promise<Response> {
  const cookie = readCookie(request, context.secure);
  const arrived = await finishSignIn(deps, {
    providerId: providerIdOf(context.params.provider),
    browser: cookie,
    query: queryOf(request),
  });
  return deps.letIn(arrived, request, context);
}

/** A browser that follows links is told in the console what went wrong, the log why. */
async function guarded(
  deps: OidcDeps,
  context: RawContext,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    deps.onError(error, 'sign-in by OpenID');
    deps.audit.denied({
      by: { kind: 'anonymous', id: null, name: null, via: null },
      orgId: null,
      action: 'user.login_failed',
      target: { kind: 'provider', id: context.params.provider ?? null, name: null },
      after: { problem: error.problem },
      address: context.address,
      code: 'unauthenticated',
    });
    return problemPage(error.problem);
  }
}

/** The sign-in page, which says it in words. */
function problemPage(problem: ProviderProblem): Response {
  return redirect(`/sign-in?problem=${problem}`);
}

/** Sends the browser on; nothing on the way may keep the address, which holds a state or a code. */
export function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } });
}

function queryOf(request: Request): URLSearchParams {
  if (request.url.length > 8_000) throw new MusterError('invalid_input', 'The address is too long.');
  return new URL(request.url, 'http://localhost').searchParams;
}

/** Over TLS the prefix keeps other hosts from planting one. */
const cookieName = (secure: boolean) => (secure ? '__Host-muster_oidc' : 'muster_oidc');

function readCookie(request: Request, secure: boolean): string | undefined {
  const wanted = `${cookieName(secure)}=`;
  const cookies = (request.headers.get('cookie') ?? '').split(/; */);
  return cookies.find((part) => part.startsWith(wanted))?.slice(wanted.length);
}

/** Lax: the browser must bring it along when the provider, another site, sends it back. */
function browserCookie(secret: string, secure: boolean): string {
  return `${cookieName(secure)}=${secret}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
