import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import { type RequestContext, sessionCookie } from '../../../platform/http/index.ts';
import type { StartedSession, Visitor } from '../sign-in-types.ts';
import type { FactorsDeps } from './factors-deps.ts';
import { finishWithFactor, holderOf, signInByPasskey } from './usecases/finish-sign-in.ts';
import {
  beginTotp,
  confirmTotp,
  listFactors,
  removePasskey,
  removeTotp,
  renamePasskey,
  renewRecoveryCodes,
} from './usecases/own-factors.ts';
import { challenge, type Page } from './usecases/passkey-ceremony.ts';
import { prove } from './usecases/prove.ts';
import { addPasskey, challengeForNew } from './usecases/register-passkey.ts';
import { resetFactors } from './usecases/reset-factors.ts';

/** Routes of contract.factors. */
export function createFactorRoutes(deps: FactorsDeps) {
  const os = implement(contract.factors).$context<RequestContext>();
  return os.router({
    ...signInRoutes(deps),
    prove: os.prove.handler(async ({ input, context }) => ({
      provedAt: (await prove(deps, context.actor, { ...input, page: pageOf(context) })).toISOString(),
    })),
    proveOptions: os.proveOptions.handler(({ context }) =>
      challenge(deps, pageOf(context), { purpose: 'prove', userId: context.actor.userId }),
    ),
    list: os.list.handler(({ context }) => listFactors(deps, context.actor)),
    beginTotp: os.beginTotp.handler(({ context }) => beginTotp(deps, context.actor)),
    confirmTotp: os.confirmTotp.handler(async ({ input, context }) => ({
      recoveryCodes: await confirmTotp(deps, context.actor, input.code),
    })),
    removeTotp: os.removeTotp.handler(({ context }) => removeTotp(deps, context.actor)),
    renewRecoveryCodes: os.renewRecoveryCodes.handler(async ({ context }) => ({
      recoveryCodes: await renewRecoveryCodes(deps, context.actor),
    })),
    passkeyRegistration: os.passkeyRegistration.handler(({ context }) =>
      challengeForNew(deps, context.actor, pageOf(context)),
    ),
    addPasskey: os.addPasskey.handler(({ input: { name, ...answer }, context }) =>
      addPasskey(deps, context.actor, { page: pageOf(context), name, answer }),
    ),
    renamePasskey: os.renamePasskey.handler(({ input, context }) =>
      renamePasskey(deps, context.actor, input),
    ),
    removePasskey: os.removePasskey.handler(({ input, context }) =>
      removePasskey(deps, context.actor, input.passkeyId),
    ),
    reset: os.reset.handler(({ input, context }) => resetFactors(deps, context.actor, input.userId)),
  });
}

function signInRoutes(deps: FactorsDeps) {
  const os = implement(contract.factors).$context<RequestContext>();
  return {
    finish: os.finish.handler(async ({ input: { ticket, proof, cookie }, context }) =>
      told(
        await finishWithFactor(deps, visitorOf(context), { ticket, proof, page: pageOf(context) }),
        context,
        cookie,
      ),
    ),
    passkeyOptions: os.passkeyOptions.handler(async ({ input: { ticket }, context }) =>
      challenge(
        deps,
        pageOf(context),
        ticket
          ? { purpose: 'factor', userId: await holderOf(deps, ticket) }
          : { purpose: 'sign-in', userId: null },
      ),
    ),
    passkeySignIn: os.passkeySignIn.handler(async ({ input: { cookie, ...answer }, context }) =>
      told(
        await signInByPasskey(deps, visitorOf(context), { page: pageOf(context), answer }),
        context,
        cookie,
      ),
    ),
  };
}

/** Where the browser is: it binds passkeys to this, and nothing that it sends can say otherwise. */
function pageOf({ headers, secure }: RequestContext): Page {
  return { host: headers.get('host') ?? '', secure };
}

/** Who is on the other end of a sign-in. */
export function visitorOf({ address, headers }: RequestContext): Visitor {
  return { address, userAgent: headers.get('user-agent') ?? '' };
}

/** What signing in answers; the console's cookie comes along where it was asked for. */
export function told({ token, user, expiresAt }: StartedSession, context: RequestContext, cookie: boolean) {
  if (cookie) context.responseHeaders.append('set-cookie', sessionCookie(token, expiresAt, context.secure));
  return { token, user, expiresAt: expiresAt.toISOString() };
}
