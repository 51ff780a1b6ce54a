import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';
import type { Person } from '../../../../platform/http/index.ts';

/** The session that sets a factor up has thereby proved it: where a role demands one, it is limited no longer. */
export async function addSessionMethod(tx: Tx, actor: Person, method: string): Promise<void> {
  await tx.execute(sql`
    update sessions set methods = methods || ${method}::text
    where id = ${actor.sessionId} and ended_at is null and not ${method} = any (methods)`);
}
