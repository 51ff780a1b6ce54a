import { MusterError } from '@muster/contracts';
import { endLinks, lockLink, type OpenLink } from '../db/password-links.ts';
import { endSessionsOf } from '../db/sessions.ts';
import { writeUser } from '../db/users.ts';
import { demandGoodPassword } from '../domain/password-rule.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { hashSecret } from '../session-token.ts';

/** Whose link a token is; throws gone for one that was used, replaced, has expired or never was. */
export async function inspectLink(
  deps: IdentityDeps,
  address: string,
  { token }: { readonly token: string },
): Promise<OpenLink> {
  refuseGuessing(deps, address);
  const now = new Date(deps.clock.now());
  const link = await deps.database.system('password links', (tx) => lockLink(tx, hashSecret(token), now));
  return link ?? refuse(deps, address);
}

/** Sets the password of a link's person, once. Sessions that began under the old one end. */
export async function redeemLink(
  deps: IdentityDeps,
  address: string,
  input: { readonly token: string; readonly password: string },
): Promise<{ email: string }> {
  const owner = await inspectLink(deps, address, input);
  demandGoodPassword(input.password, owner);
  const passwordHash = await Bun.password.hash(input.password, 'argon2id');
  const ended = await deps.database.system('password links', async (tx) => {
    const at = new Date(deps.clock.now());
    // Looked up again under its lock: of two at one moment, one comes too late.
    const link = await lockLink(tx, hashSecret(input.token), at);
    if (!link) return undefined;
    await endLinks(tx, link.userId, at);
    await writeUser(tx, link.userId, { passwordHash });
    const { userId, name, email, purpose } = link;
    await deps.audit.append(tx, {
      by: { kind: 'person', id: userId, name, via: { kind: 'password_link', id: link.id } },
      orgId: null,
      action: 'password.changed',
      target: { kind: 'user', id: userId, name: email },
      after: { purpose },
      address,
    });
    return endSessionsOf(tx, userId, at);
  });
  if (!ended) return refuse(deps, address);
  for (const sessionId of ended) deps.signedOut(sessionId);
  return { email: owner.email };
}

function refuseGuessing({ throttles, clock }: IdentityDeps, address: string): void {
  const retryAfterMs = throttles.address.waitMs(address, clock.monotonic());
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many failed attempts; try again later.', { retryAfterMs });
}

function refuse({ throttles, clock }: IdentityDeps, address: string): never {
  throttles.address.failed(address, clock.monotonic());
  throw new MusterError('gone', 'This link was used, replaced, or has expired; ask for a new one.');
}
