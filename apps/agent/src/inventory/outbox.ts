import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { StateFolder } from '../identity/state-folder.ts';
import { type Draft, decode, encode } from '../wire/codec.ts';
import { InventoryUpdate } from '../wire/messages.gen.ts';
import type { Snapshot } from './pack.ts';

/*
 * What the collecting process leaves for the agent, in the state folder: updates that wait to be sent, and for each
 * category what the server will have acknowledged when they were. The agent reads one update at a time, so that the
 * inventory of a large machine never lies in its memory.
 */

const OUTBOX = 'inventory.outbox';
const LENGTH_BYTES = 4;

const acknowledgedName = (category: string): string => `inventory-${category}.json`;
const nextName = (category: string): string => `inventory-${category}.next.json`;

/** What the server has acknowledged of a category; undefined when that is not known for sure. */
export function readAcknowledged(folder: StateFolder, category: string): Snapshot | undefined {
  try {
    const read = folder.readJson<Snapshot>(acknowledgedName(category));
    return read && typeof read.state === 'string' && typeof read.digests === 'object' ? read : undefined;
  } catch {
    // Damaged: everything is sent again.
    return undefined;
  }
}

/** Forgets what was acknowledged: the next collection sends everything. */
export function forget(folder: StateFolder, category: string): void {
  folder.remove(acknowledgedName(category));
}

/** The server has the category as it was last collected. */
export function acknowledge(folder: StateFolder, category: string): void {
  if (folder.has(nextName(category))) folder.rename(nextName(category), acknowledgedName(category));
}

/** Replaces what waits to be sent. */
export function writeOutbox(
  folder: StateFolder,
  updates: readonly Draft<InventoryUpdate>[],
  next: ReadonlyMap<string, Snapshot>,
): void {
  for (const [category, snapshot] of next) folder.writeText(nextName(category), JSON.stringify(snapshot));
  const descriptor = openSync(folder.file(OUTBOX), 'w', 0o600);
  try {
    for (const update of updates) {
      const bytes = encode(InventoryUpdate, update);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.length);
      writeSync(descriptor, length);
      writeSync(descriptor, bytes);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What waits to be sent, one at a time. */
export function* readOutbox(folder: StateFolder): Generator<InventoryUpdate> {
  if (!folder.has(OUTBOX)) return;
  const descriptor = openSync(folder.file(OUTBOX), 'r');
  try {
    const length = Buffer.alloc(LENGTH_BYTES);
    while (readSync(descriptor, length) === LENGTH_BYTES) {
      const bytes = Buffer.alloc(length.readUInt32LE());
      if (readSync(descriptor, bytes) !== bytes.length) return;
      yield decode(InventoryUpdate, bytes);
    }
  } finally {
    closeSync(descriptor);
  }
}
