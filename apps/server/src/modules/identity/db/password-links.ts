import type { UserId } from '@muster/contracts';
import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { passwordLinks, users } from './tables.ts';

/** What a link is for. */
export type LinkPurpose = 'invitation' | 'reset';

/** A link that can still be used, and whose it is. */
export type OpenLink = {
  readonly id: string;
  readonly userId: UserId;
  readonly email: string;
  readonly name: string;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
};

/** Keeps a new link; the person's older ones end. */
export async function insertLink(
  tx: Tx,
  link: {
    readonly userId: UserId;
    readonly purpose: LinkPurpose;
    readonly tokenHash: Buffer;
    readonly createdBy: UserId | null;
    readonly at: Date;
    readonly expiresAt: Date;
  },
): Promise<void> {
  const { at, ...rest } = link;
  await endLinks(tx, link.userId, at);
  await tx.insert(passwordLinks).values({ ...rest, id: newId<string>(), createdAt: at });
}

/** The open link of a token, locked, of a person who is neither disabled nor removed. */
export async function lockLink(tx: Tx, tokenHash: Buffer, now: Date): Promise<OpenLink | undefined> {
  const [row] = await tx
    .select({
      id: passwordLinks.id,
      userId: passwordLinks.userId,
      email: users.email,
      name: users.name,
      purpose: passwordLinks.purpose,
      expiresAt: passwordLinks.expiresAt,
    })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .where(
      and(
        eq(passwordLinks.tokenHash, tokenHash),
        isNull(passwordLinks.endedAt),
        gt(passwordLinks.expiresAt, now),
        isNull(users.deletedAt),
        isNull(users.disabledAt),
      ),
    )
    .for('update', { of: passwordLinks });
  return row && { ...row, userId: row.userId as UserId, purpose: row.purpose as LinkPurpose };
}

/** Ends every open link of a person. */
export async function endLinks(tx: Tx, userId: UserId, at: Date): Promise<void> {
  await tx
    .update(passwordLinks)
    .set({ endedAt: at })
    .where(and(eq(passwordLinks.userId, userId), isNull(passwordLinks.endedAt)));
}
