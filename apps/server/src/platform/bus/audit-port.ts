import type { ErrorCode, OrgId } from '@muster/contracts';
import type { AuditAction, AuditTarget, AuditWho } from '@muster/contracts/audit';
import type { Actor } from '../actor.ts';
import type { Tx } from '../db/index.ts';

/** Something that was done, or refused. */
export type AuditEntry = {
  readonly by: Actor | AuditWho;
  /** Null for what belongs to no organisation: the log of the system. */
  readonly orgId: OrgId | null;
  readonly action: AuditAction;
  readonly target: AuditTarget;
  /** What was there and what is there now: only what changed, and never a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Default: where the person's request came from. */
  readonly address?: string | undefined;
  /** Why it was refused; left out for what succeeded. */
  readonly code?: ErrorCode | undefined;
  readonly count?: number;
};

/** A refusal. Repeats by one identity from one address within a minute are counted in one row. */
export type Denial = Omit<AuditEntry, 'before' | 'count' | 'address' | 'code'> & {
  readonly address: string;
  readonly code: ErrorCode;
};

/** How everything writes to the audit log; modules/audit is behind it. */
export interface AuditPort {
  /** Appends in the caller's transaction: both are committed, or neither. Within a second the row can be proven. */
  append(tx: Tx, entry: AuditEntry): Promise<void>;
  /** Appends several in one statement. */
  appendMany(tx: Tx, entries: readonly AuditEntry[]): Promise<void>;
  /** Takes note of a refusal, which has no transaction of its own. Never throws and never waits. */
  denied(denial: Denial): void;
}
