import type { UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

/** Whoever has the address, disabled ones included. */
export async function findPersonByEmail(
  tx: Tx,
  email: string,
): Promise<{ userId: UserId; isLiving: boolean } | undefined> {
  const { rows } = await tx.execute<{ userId: UserId; isLiving: boolean }>(sql`
    select id as "userId", disabled_at is null as "isLiving" from users
    where email = ${email} and deleted_at is null`);
  return rows[0];
}
