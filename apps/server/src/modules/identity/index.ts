import type { SessionId } from '@muster/contracts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Trust } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Authenticate, Person } from '../../platform/http/index.ts';
import { subscriberOf } from '../../platform/network.ts';
import { createVault } from '../../platform/vault/index.ts';
import { pruneSessions } from './db/sessions.ts';
import { createThrottle } from './domain/throttle.ts';
import { pruneWaiting } from './factors/db/ticket-rows.ts';
import type { FactorsDeps } from './factors/factors-deps.ts';
import { createFactorRoutes } from './factors/http.ts';
import { signInAs } from './factors/usecases/finish-sign-in.ts';
import { createIdentityRoutes, createSessionRoutes } from './http.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { createPeopleRoutes } from './people-routes.ts';
import { createProviders, type Providers } from './providers/index.ts';
import { createSetUp, type SetUp } from './set-up.ts';
import { createAccessTokens } from './tokens/access-tokens.ts';
import { pruneDeviceLogins } from './tokens/db/device-login-rows.ts';
import { createTokens, type Tokens } from './tokens/index.ts';
import { authenticate, findCurrentPeople } from './usecases/authenticate.ts';
import { createFirstAdministrator, type FirstAdministrator } from './usecases/create-first-administrator.ts';

export { resetAdministrator } from './usecases/reset-administrator.ts';

/** People, how they sign in, and who is signed in. */
export interface Identity {
  readonly routes: ReturnType<typeof createIdentityRoutes>;
  readonly factorRoutes: ReturnType<typeof createFactorRoutes>;
  readonly sessionRoutes: ReturnType<typeof createSessionRoutes>;
  /** Tokens for scripts, and sign-in by a code. */
  readonly tokens: Tokens;
  /** Sign-in by OpenID Connect providers and directories. */
  readonly providers: Providers;
  /** People, their passwords and their API keys. */
  readonly people: ReturnType<typeof createPeopleRoutes>;
  readonly setUp: SetUp;
  readonly authenticate: Authenticate;
  /** People of open sockets with the rights of this moment; whose session has ended is left out. */
  currentPeople(sessionIds: readonly SessionId[]): Promise<ReadonlyMap<SessionId, Person>>;
  /** Calls `listener` when a person signs out; returns how to stop that. */
  onSignedOut(listener: (sessionId: SessionId) => void): () => void;
  /** For unattended starts; false when somebody exists already. */
  createFirstAdministrator(person: FirstAdministrator): Promise<boolean>;
  /** Removes sessions that ended long ago. */
  prune(): Promise<void>;
}

const ACCOUNT_LIMIT = { failures: 10, windowMs: 15 * 60_000 };
const ADDRESS_LIMIT = { failures: 50, windowMs: 15 * 60_000 };
/** From wherever: above what a person does to themselves, below what guessing needs. */
const PERSON_LIMIT = { failures: 30, windowMs: 15 * 60_000 };
const KEEP_EXPIRED_MS = 30 * 24 * 3_600_000;

/** `takeRootKey` hands out the installation's root key at set-up, once. */
export function createIdentity(parts: {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly events: EventPort;
  readonly clock: Clock;
  readonly takeRootKey: () => Promise<string | undefined>;
  readonly trust: Pick<Trust, 'seal' | 'open' | 'installationId'>;
  /** Faults behind no request. */
  readonly onError: (error: unknown, part: string) => void;
}): Identity {
  const listeners = new Set<(sessionId: SessionId) => void>();
  const nobodysHash = Bun.password.hash(crypto.randomUUID(), 'argon2id');
  const vault = createVault(parts.trust);
  const providers = createProviders({
    ...parts,
    vault,
    nobodysHash,
    signIn: (visitor, proven) => signInAs(factorsDeps, visitor, proven),
  });
  const deps: IdentityDeps = {
    database: parts.database,
    audit: parts.audit,
    clock: parts.clock,
    events: parts.events,
    provePassword: providers.provePassword,
    signInAs: (visitor, proven) => signInAs(factorsDeps, visitor, proven),
    throttles: {
      account: createThrottle(ACCOUNT_LIMIT),
      address: createThrottle(ADDRESS_LIMIT, subscriberOf),
      person: createThrottle(PERSON_LIMIT),
    },
    signedOut: (sessionId) => {
      for (const listener of listeners) listener(sessionId);
    },
    nobodysHash,
  };
  const factorsDeps: FactorsDeps = { ...deps, vault };
  const { installationId } = parts.trust;
  const accessTokens = createAccessTokens({ ...deps, vault, installationId });
  const tokens = createTokens(deps, { accessTokens, installationId });
  return {
    routes: createIdentityRoutes(deps),
    factorRoutes: createFactorRoutes(factorsDeps),
    sessionRoutes: createSessionRoutes(deps),
    tokens,
    providers,
    people: createPeopleRoutes(deps),
    setUp: createSetUp(deps, parts.takeRootKey),
    authenticate: (credentials, address) =>
      authenticate({ ...deps, accessTokens: tokens.accessTokens }, credentials, address),
    currentPeople: (sessionIds) => findCurrentPeople(deps, sessionIds),
    onSignedOut: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    createFirstAdministrator: async (person) =>
      (await createFirstAdministrator(deps, person, { address: undefined, andThen: async () => true })) ===
      true,
    prune: () =>
      deps.database.system('sessions', async (tx) => {
        await pruneSessions(tx, new Date(deps.clock.now() - KEEP_EXPIRED_MS));
        await pruneWaiting(tx, new Date(deps.clock.now()));
        await pruneDeviceLogins(tx, new Date(deps.clock.now()));
      }),
  };
}
