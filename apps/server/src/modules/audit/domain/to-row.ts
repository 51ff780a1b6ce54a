import { createHash, randomBytes } from 'node:crypto';
import type { OrgId } from '@muster/contracts';
import { type AuditContent, type AuditWho, contentHash, SYSTEM_LOG } from '@muster/contracts/audit';
import type { Actor } from '../../../platform/actor.ts';
import type { AuditEntry } from '../../../platform/bus/audit-port.ts';
import { newId } from '../../../platform/new-id.ts';

/** The organisation id under which the system's own log is kept. */
export const SYSTEM_ORG = '00000000-0000-0000-0000-000000000000' as OrgId;
const SALT_BYTES = 16;
/** What is larger is kept as its hash: the log says what was done, it is no store of payloads. */
const MOST_BYTES_OF_A_SIDE = 32 * 1024;

/** A row as the outbox takes it. */
export type OutboxRow = {
  readonly id: string;
  readonly orgId: string;
  readonly content: AuditContent;
  readonly text: string;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
};

/** SHA-256, as everything here hashes. */
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

/** Writes the entry out, with a salt of its own: without it nobody can guess erased content from its hash. */
export function toRow(entry: AuditEntry, now: Date): OutboxRow {
  const { by, orgId, action, target, code } = entry;
  const content: AuditContent = {
    v: 1,
    id: newId<string>(),
    at: now.toISOString(),
    log: orgId ?? SYSTEM_LOG,
    who: whoOf(by),
    action,
    target,
    before: bounded(entry.before),
    after: bounded(entry.after),
    address: entry.address ?? addressOf(by),
    success: code === undefined,
    code: code ?? null,
    count: entry.count ?? 1,
  };
  const text = JSON.stringify(content);
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  return {
    id: content.id,
    orgId: orgId ?? SYSTEM_ORG,
    content,
    text,
    salt,
    hash: contentHash(sha256, salt, text),
  };
}

/** Who an actor is to the log. */
export function whoOf(by: Actor | AuditWho): AuditWho {
  if ('via' in by) return by;
  if (by.kind === 'person') {
    const via = by.key ? { kind: 'api_key', id: by.key.id } : { kind: 'session', id: by.sessionId };
    return { kind: 'person', id: by.userId, name: by.name, via };
  }
  if (by.kind === 'device') return { kind: 'device', id: by.deviceId, name: null, via: null };
  return { kind: 'system', id: by.part, name: by.part, via: null };
}

function addressOf(by: Actor | AuditWho): string | null {
  return 'address' in by && by.address !== '' ? by.address : null;
}

function bounded(side: unknown): unknown {
  if (side === undefined) return null;
  const text = JSON.stringify(side) ?? 'null';
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MOST_BYTES_OF_A_SIDE) return side;
  return { omitted: { bytes: bytes.length, sha256: Buffer.from(sha256(bytes)).toString('hex') } };
}
