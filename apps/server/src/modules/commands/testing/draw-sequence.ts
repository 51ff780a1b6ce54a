import { sql } from 'drizzle-orm';
import type { CommandTarget, CommandTargets } from '../index.ts';

/** Draws a command sequence as the registry does. */
export const drawSequence: CommandTargets['nextCommandSequence'] = async (tx, deviceId) => {
  const { rows } = await tx.execute<{ seq: string } & Omit<CommandTarget, 'sequence'>>(sql`
    update device_keys k set command_sequence = command_sequence + 1 from devices d
    where k.device_id = ${deviceId} and d.id = k.device_id
    returning k.command_sequence as seq, d.org_id as "orgId", d.hostname as name, d.lifecycle`);
  const row = rows[0];
  return row && { ...row, sequence: BigInt(row.seq) };
};
