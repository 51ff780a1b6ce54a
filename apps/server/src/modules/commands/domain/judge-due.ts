import { AWAY_LIMIT_MS, AWAY_RECHECK_MS } from './clocks.ts';
import type { CommandChange, CommandRecord } from './command-record.ts';
import { isEnded, next } from './state-machine.ts';

/**
 * What becomes of a command whose time came. Waiting: it expired. Handed to a device that is away now: its journal knows
 * whether it ran, so that is waited for. Handed to a device that is connected and silent: the outcome is unknown.
 */
export function judgeDue(record: CommandRecord, isConnected: boolean, now: Date): CommandChange | undefined {
  if (isEnded(record.state) || record.dueAt === null || record.dueAt > now) return undefined;
  if (record.state === 'queued') {
    return end(record, now, 'expire', {
      code: 'not_delivered',
      message: 'The device did not connect before the deadline, so the command never left the server.',
    });
  }
  const heldUntil = record.createdAt.getTime() + record.timeoutMs + AWAY_LIMIT_MS;
  if (!isConnected && now.getTime() < heldUntil) {
    const dueAt = new Date(now.getTime() + AWAY_RECHECK_MS);
    return { from: record.state, to: { ...record, dueAt } };
  }
  return end(record, now, 'lose', {
    code: 'no_answer',
    message:
      record.receivedAt === null
        ? 'The command was sent and the device never confirmed it. It is not known whether it ran.'
        : 'The device received the command and did not say in time how it ended.',
  });
}

function end(
  record: CommandRecord,
  now: Date,
  event: 'expire' | 'lose',
  error: { code: string; message: string },
): CommandChange {
  const to = { ...record, state: next(record.state, event), endedAt: now, dueAt: null };
  return { from: record.state, to, outcome: { error } };
}
