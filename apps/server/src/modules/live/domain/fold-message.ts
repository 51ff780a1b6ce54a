import type { LiveMessage } from '@muster/contracts';

/** Samples kept for a client that is slow: a minute of live mode. */
const MOST_SAMPLES = 60;

/**
 * Messages with the same key stand for each other: of two that wait, one remains. Undefined for those that nobody needs
 * once they are late.
 */
export function keyOf(message: LiveMessage): string | undefined {
  switch (message.type) {
    case 'hello':
    case 'pong':
      return message.type;
    case 'arrival':
      return `arrival ${message.watch} ${message.device.id}`;
    case 'error':
      return `error ${message.watch}`;
    default:
      return `${message.type} ${message.watch}`;
  }
}

/** What remains of two messages with the same key, the older one first: the newest of everything. */
export function foldMessages(older: LiveMessage, newer: LiveMessage): LiveMessage {
  if (older.type === 'devices' && newer.type === 'devices' && !newer.snapshot) {
    const rows = new Map(older.rows.map((row) => [row.id, row]));
    for (const row of newer.rows) rows.set(row.id, { ...rows.get(row.id), ...row });
    return { ...newer, snapshot: older.snapshot, rows: [...rows.values()] };
  }
  if (older.type === 'samples' && newer.type === 'samples') {
    return { ...newer, samples: [...older.samples, ...newer.samples].slice(-MOST_SAMPLES) };
  }
  if (older.type === 'summary' && newer.type === 'summary') {
    return { ...newer, moved: older.moved + newer.moved };
  }
  return newer;
}
