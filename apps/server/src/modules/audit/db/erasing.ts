import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

/** Forgets content and salt of a row, and by what it was searched; false where there was nothing to erase. */
export async function eraseContent(tx: Tx, row: { orgId: string; index: number }): Promise<boolean> {
  const { rows } = await tx.execute<{ erased: boolean }>(
    sql`select muster.erase_audit_row(${row.orgId}::uuid, ${row.index}::bigint) as erased`,
  );
  return rows[0]?.erased ?? false;
}
