import type { Me, SessionId } from '@muster/contracts';
import type { UserRow } from './db/users.ts';

/** Who is on the other end of a sign-in. */
export type Visitor = { readonly address: string; readonly userAgent: string };

/** Somebody has proved who they are, by these methods. */
export type Proven = { readonly user: UserRow; readonly methods: readonly string[] };

/** What signing in gives; the token is told this once. */
export type StartedSession = {
  readonly token: string;
  readonly sessionId: SessionId;
  readonly expiresAt: Date;
  readonly user: Me;
};
