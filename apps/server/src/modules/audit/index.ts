import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Repeating } from '../../platform/bus/repeating.ts';
import type { AuditKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/db/index.ts';
import type { RawRoute } from '../../platform/http/index.ts';
import { appendEntries } from './append-entry.ts';
import type { AuditUseCaseDeps } from './audit-deps.ts';
import { createDenialWriter } from './denial-writer.ts';
import { createNoteSigner } from './domain/notes.ts';
import { createAuditRoutes, createExportRoute } from './http.ts';
import { startAuditSequencer } from './sequencer.ts';

export type AuditDeps = {
  readonly database: Database;
  readonly installationId: string;
  readonly key: AuditKey;
  /** How long rows are kept, by whole months. */
  readonly retentionDays: number;
  readonly onError: (error: unknown, part: string) => void;
  readonly now?: () => Date;
};

export { appendEntry } from './append-entry.ts';

/** The audit log: the port that everything appends to, and how it is searched, proven and exported. */
export interface Audit extends AuditPort {
  readonly routes: ReturnType<typeof createAuditRoutes>;
  readonly exportRoute: RawRoute;
  /** Starts this node's sequencer. Before it, appended rows wait in the outbox. */
  start(): void;
  /** Writes what is counted, gives it its place and ends. */
  stop(): Promise<void>;
}

/** Wires outbox, sequencer, counting of denials and reading. */
export function createAudit(deps: AuditDeps): Audit {
  const { database, installationId, onError } = deps;
  const now = deps.now ?? (() => new Date());
  const signer = createNoteSigner(installationId, deps.key);
  let sequencer: Repeating | undefined;
  const appendMany: AuditPort['appendMany'] = async (tx, entries) => {
    await appendEntries(tx, entries, now());
    sequencer?.wake();
  };
  const append: AuditPort['append'] = (tx, entry) => appendMany(tx, [entry]);
  const denials = createDenialWriter({ database, append, now, onError });
  const audit: AuditPort = { append, appendMany, denied: denials.denied };
  const useCases: AuditUseCaseDeps = { database, signer, audit, now };
  return {
    ...audit,
    routes: createAuditRoutes(useCases),
    exportRoute: createExportRoute(useCases, installationId),
    start: () => {
      sequencer ??= startAuditSequencer({
        ...{ database, signer, now, retentionDays: deps.retentionDays },
        onError: (error) => onError(error, 'audit sequencer'),
      });
    },
    stop: async () => {
      await denials.stop();
      await sequencer?.stop();
    },
  };
}
