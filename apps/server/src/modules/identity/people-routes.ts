import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { changePassword } from './usecases/change-password.ts';
import { disableUser, enableUser, removeUser } from './usecases/change-user-state.ts';
import { createKey } from './usecases/create-key.ts';
import { inviteUser } from './usecases/invite-user.ts';
import { listKeys } from './usecases/list-keys.ts';
import { makePasswordLink } from './usecases/make-password-link.ts';
import { getUser, listUsers } from './usecases/read-user.ts';
import { inspectLink, redeemLink } from './usecases/redeem-link.ts';
import { revokeKey } from './usecases/revoke-key.ts';

/** Routes of contract.users, contract.passwords and contract.keys. */
export function createPeopleRoutes(deps: IdentityDeps) {
  return {
    users: createUserRoutes(deps),
    passwords: createPasswordRoutes(deps),
    keys: createKeyRoutes(deps),
  };
}

function createUserRoutes(deps: IdentityDeps) {
  const os = implement(contract.users).$context<RequestContext>();
  return os.router({
    list: os.list.handler(({ input, context }) => listUsers(deps, context.actor, input)),
    get: os.get.handler(({ input, context }) => getUser(deps, context.actor, input.userId)),
    invite: os.invite.handler(({ input, context }) => inviteUser(deps, context.actor, input)),
    resetPassword: os.resetPassword.handler(({ input, context }) =>
      makePasswordLink(deps, context.actor, input),
    ),
    disable: os.disable.handler(({ input, context }) => disableUser(deps, context.actor, input)),
    enable: os.enable.handler(({ input, context }) => enableUser(deps, context.actor, input)),
    remove: os.remove.handler(({ input, context }) => removeUser(deps, context.actor, input)),
  });
}

function createPasswordRoutes(deps: IdentityDeps) {
  const os = implement(contract.passwords).$context<RequestContext>();
  return os.router({
    inspect: os.inspect.handler(async ({ input, context }) => {
      const { email, name, purpose, expiresAt } = await inspectLink(deps, context.address, input);
      return { email, name, purpose, expiresAt: expiresAt.toISOString() };
    }),
    redeem: os.redeem.handler(({ input, context }) => redeemLink(deps, context.address, input)),
    change: os.change.handler(({ input, context }) => changePassword(deps, context.actor, input)),
  });
}

function createKeyRoutes(deps: IdentityDeps) {
  const os = implement(contract.keys).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ input, context }) => ({
      items: await listKeys(deps, context.actor, input),
    })),
    create: os.create.handler(({ input, context }) => createKey(deps, context.actor, input)),
    revoke: os.revoke.handler(({ input, context }) => revokeKey(deps, context.actor, input)),
  });
}
