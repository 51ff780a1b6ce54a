import { auditKeyName, auditOrigin, type NoteKey, SYSTEM_LOG, signCheckpoint } from '@muster/contracts/audit';
import type { AuditKey } from '../../../platform/crypto/index.ts';
import { SYSTEM_ORG, sha256 } from './to-row.ts';

/** Signs what the logs of one installation are at a moment. */
export type NoteSigner = {
  readonly key: NoteKey;
  readonly originOf: (orgId: string) => string;
  readonly sign: (head: {
    readonly origin: string;
    readonly size: number;
    readonly root: Uint8Array;
    readonly at: Date;
  }) => string;
};

/** Signs with the installation's audit key, under a name that carries the installation. */
export function createNoteSigner(installationId: string, { publicKey, sign }: AuditKey): NoteSigner {
  const key = { name: auditKeyName(installationId), publicKey };
  return {
    key,
    originOf: (orgId) => auditOrigin(installationId, logOf(orgId)),
    sign: ({ at, ...head }) => signCheckpoint(sha256, { ...head, at: at.toISOString() }, { ...key, sign }),
  };
}

/** Name of an organisation's log. */
export function logOf(orgId: string): string {
  return orgId === SYSTEM_ORG ? SYSTEM_LOG : orgId;
}

/** Organisation under which a log is kept. */
export function orgOf(log: string): string {
  return log === SYSTEM_LOG ? SYSTEM_ORG : log;
}
