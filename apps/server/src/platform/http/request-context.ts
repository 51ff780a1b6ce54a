import type { SessionId, UserId } from '@muster/contracts';
import type { Actor } from '../actor.ts';

/** Somebody who asks over HTTP. */
export type Person = Extract<Actor, { kind: 'person' }>;

/** What every handler of the API gets. On public endpoints `actor` may be ANONYMOUS. */
export type RequestContext = {
  readonly actor: Person;
  readonly traceId: string;
  /** Where the request came from, as the socket says. */
  readonly address: string;
  readonly headers: Headers;
  /** True over TLS. */
  readonly secure: boolean;
  /** Headers for the answer, such as Set-Cookie and ETag. */
  readonly responseHeaders: Headers;
};

const NIL = '00000000-0000-0000-0000-000000000000';

/** Whoever has not signed in: no rights, sees no organisation. */
export const ANONYMOUS: Person = Object.freeze({
  kind: 'person',
  userId: NIL as UserId,
  sessionId: NIL as SessionId,
  name: 'anonymous',
  address: '',
  permissions: new Set<never>(),
  scope: Object.freeze({ orgIds: [] }),
});
