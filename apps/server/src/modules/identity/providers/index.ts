import { MusterError } from '@muster/contracts';
import { type RawContext, type RawRoute, sessionCookie } from '../../../platform/http/index.ts';
import type { UserRow } from '../db/users.ts';
import { createThrottle } from '../domain/throttle.ts';
import type { StartedSession, Visitor } from '../sign-in-types.ts';
import { createServerOrder } from './domain/server-order.ts';
import { createProviderRoutes } from './http.ts';
import type { Arrived } from './oidc/finish-sign-in.ts';
import { createOidcRoutes, redirect } from './oidc/raw-routes.ts';
import type { ProvidersDeps } from './providers-deps.ts';
import {
  type ProvenPassword,
  provePassword,
  type TypedPassword,
  type Unproven,
} from './usecases/prove-password.ts';

/** Sign-in by others: OpenID Connect providers and directories. */
export interface Providers {
  readonly routes: ReturnType<typeof createProviderRoutes>;
  readonly rawRoutes: readonly RawRoute[];
  /** Who that is by a password, ours or a directory's. */
  readonly provePassword: (typed: TypedPassword) => Promise<ProvenPassword | Unproven>;
}

/** Far above what one address of many people does, far below what would fill a table. */
const START_LIMIT = { failures: 300, windowMs: 15 * 60_000 };

/** Wires sign-in by others. `signIn` begins a session, as a right password does. */
export function createProviders(
  parts: Omit<ProvidersDeps, 'order'> & {
    readonly nobodysHash: Promise<string>;
    readonly signIn: (visitor: Visitor, proven: ProvenPerson) => Promise<StartedSession>;
  },
): Providers {
  const order = createServerOrder(() => parts.clock.monotonic());
  const deps = { ...parts, order };
  const starts = createThrottle(START_LIMIT);
  return {
    routes: createProviderRoutes(deps),
    rawRoutes: createOidcRoutes({
      ...deps,
      countStart: (address) => {
        const now = deps.clock.monotonic();
        const retryAfterMs = starts.waitMs(address, now);
        if (retryAfterMs > 0)
          throw new MusterError('rate_limited', 'Too many sign-ins were begun from here; wait a little.', {
            retryAfterMs,
          });
        starts.failed(address, now);
      },
      letIn: async (arrived, request, context) => {
        const visitor = { address: context.address, userAgent: request.headers.get('user-agent') ?? '' };
        const methods = arrived.isMultiFactor ? ['oidc', 'mfa'] : ['oidc'];
        try {
          const session = await deps.signIn(visitor, { user: arrived.user, methods });
          return welcome(session, arrived, context);
        } catch (error) {
          if (error instanceof MusterError && error.code === 'factor_required')
            return askForFactor(error, arrived);
          throw error;
        }
      },
    }),
    provePassword: (typed) => provePassword(deps, typed),
  };
}

/** Who came in, and by what. */
export type ProvenPerson = { readonly user: UserRow; readonly methods: readonly string[] };

function welcome(session: StartedSession, { returnTo }: Arrived, { secure }: RawContext): Response {
  const answer = redirect(returnTo);
  answer.headers.append('set-cookie', sessionCookie(session.token, session.expiresAt, secure));
  return answer;
}

/** Back to the sign-in page for the second factor. What stands behind # stays in the browser. */
function askForFactor({ params }: MusterError, { returnTo }: Arrived): Response {
  const owed = new URLSearchParams({
    ticket: String(params.ticket),
    methods: Array.isArray(params.methods) ? params.methods.join() : '',
  });
  return redirect(`/sign-in?to=${encodeURIComponent(returnTo)}#${owed}`);
}
