import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import { endedCookie, type RequestContext } from '../../platform/http/index.ts';
import { endSession } from './db/sessions.ts';
import { told, visitorOf } from './factors/http.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { announceUser } from './usecases/announce-user.ts';
import { describeMe } from './usecases/describe-me.ts';
import { logIn } from './usecases/log-in.ts';
import { endOneSession, endOtherSessions, readSessions } from './usecases/sessions.ts';

/** Signing in and out, and who one is. */
export function createIdentityRoutes(deps: IdentityDeps) {
  const routes = implement(contract.auth).$context<RequestContext>();
  return routes.router({
    login: routes.login.handler(async ({ input, context }) => {
      const session = await logIn(deps, visitorOf(context), input);
      return told(session, context, input.cookie);
    }),
    logout: routes.logout.handler(async ({ context }) => {
      const at = new Date(deps.clock.now());
      const { actor } = context;
      await deps.database.system('sign-out', async (tx) => {
        await endSession(tx, actor.sessionId, at);
        const target = { kind: 'user', id: actor.userId, name: actor.name };
        await deps.audit.append(tx, { by: actor, orgId: null, action: 'user.logout', target });
        await announceUser(deps, tx, {
          userId: actor.userId,
          type: 'user.logout',
          payload: { name: actor.name },
        });
      });
      deps.events.committed();
      deps.signedOut(actor.sessionId);
      context.responseHeaders.append('set-cookie', endedCookie(context.secure));
    }),
    me: routes.me.handler(({ context }) => describeMe(deps, context.actor)),
  });
}

/** Where people are signed in. */
export function createSessionRoutes(deps: IdentityDeps) {
  const os = implement(contract.sessions).$context<RequestContext>();
  return os.router({
    mine: os.mine.handler(async ({ context: { actor } }) => ({
      items: await readSessions(deps, actor, actor.userId),
    })),
    end: os.end.handler(({ input, context: { actor } }) =>
      endOneSession(deps, actor, { userId: actor.userId, sessionId: input.sessionId }),
    ),
    endOthers: os.endOthers.handler(async ({ context }) => ({
      ended: await endOtherSessions(deps, context.actor),
    })),
    ofPerson: os.ofPerson.handler(async ({ input, context }) => ({
      items: await readSessions(deps, context.actor, input.userId),
    })),
    endOfPerson: os.endOfPerson.handler(({ input, context }) => endOneSession(deps, context.actor, input)),
  });
}
