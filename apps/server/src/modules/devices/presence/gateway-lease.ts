import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';

const PREFIX = 'gateway:';

/** Says that this gateway lives, for `leaseMs` from now by the database's clock. */
export async function renewGatewayLease(tx: Tx, gatewayId: string, leaseMs: number): Promise<void> {
  await tx.execute(sql`
    insert into leases (name, holder, expires_at)
    values (${PREFIX + gatewayId}, ${gatewayId}, now() + ${leaseMs} * interval '1 millisecond')
    on conflict (name) do update set expires_at = excluded.expires_at`);
}

/** Removes the leases that lapsed and names their gateways: whoever removes one adopts its devices. */
export async function takeLapsedGateways(tx: Tx, gatewayId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ holder: string }>(sql`
    delete from leases where starts_with(name, ${PREFIX}) and expires_at < now() and holder <> ${gatewayId}
    returning holder`);
  return rows.map((row) => row.holder);
}
