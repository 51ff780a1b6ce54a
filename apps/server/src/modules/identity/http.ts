import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import { endedCookie, type RequestContext, sessionCookie } from '../../platform/http/index.ts';
import { endSession } from './db/sessions.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { describeMe } from './usecases/describe-me.ts';
import { logIn } from './usecases/log-in.ts';

/** Signing in and out, and who one is. */
export function createIdentityRoutes(deps: IdentityDeps) {
  const routes = implement(contract.auth).$context<RequestContext>();
  return routes.router({
    login: routes.login.handler(async ({ input, context }) => {
      const visitor = { address: context.address, userAgent: context.headers.get('user-agent') ?? '' };
      const session = await logIn(deps, visitor, input);
      if (input.cookie) {
        context.responseHeaders.append(
          'set-cookie',
          sessionCookie(session.token, session.expiresAt, context.secure),
        );
      }
      const { token, user, expiresAt } = session;
      return { token, user, expiresAt: expiresAt.toISOString() };
    }),
    logout: routes.logout.handler(async ({ context }) => {
      const at = new Date(deps.clock.now());
      const { actor } = context;
      await deps.database.system('sign-out', async (tx) => {
        await endSession(tx, actor.sessionId, at);
        const target = { kind: 'user', id: actor.userId, name: actor.name };
        await deps.audit.append(tx, { by: actor, orgId: null, action: 'user.logout', target });
      });
      deps.signedOut(actor.sessionId);
      context.responseHeaders.append('set-cookie', endedCookie(context.secure));
    }),
    me: routes.me.handler(({ context }) => describeMe(deps, context.actor)),
  });
}
