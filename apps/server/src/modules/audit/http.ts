import { contract, MusterError } from '@muster/contracts';
import { AuditLogId, type ExportLine } from '@muster/contracts/audit';
import { implement } from '@orpc/server';
import { ANONYMOUS, type RawRoute, type RequestContext } from '../../platform/http/index.ts';
import type { AuditUseCaseDeps } from './audit-deps.ts';
import { eraseRow } from './usecases/erase-row.ts';
import { exportLogs } from './usecases/export-logs.ts';
import { getRow, listRows } from './usecases/list-rows.ts';
import { listCheckpoints, proveConsistency, proveInclusion } from './usecases/prove.ts';

/** The routes of contract.audit. */
export function createAuditRoutes(deps: AuditUseCaseDeps) {
  const os = implement(contract.audit).$context<RequestContext>();
  return os.router({
    list: os.list.handler(({ context, input }) => listRows(deps, context.actor, input)),
    get: os.get.handler(({ context, input }) => getRow(deps, context.actor, input)),
    erase: os.erase.handler(({ context, input }) => eraseRow(deps, context.actor, input)),
    checkpoints: os.checkpoints.handler(({ context }) => listCheckpoints(deps, context.actor)),
    inclusion: os.inclusion.handler(({ context, input }) => proveInclusion(deps, context.actor, input)),
    consistency: os.consistency.handler(({ context, input }) => proveConsistency(deps, context.actor, input)),
  });
}

/** The export beside the contract: a stream of lines, which may be gigabytes. */
export function createExportRoute(deps: AuditUseCaseDeps, installationId: string): RawRoute {
  return {
    method: 'GET',
    path: '/api/v1/audit/export',
    access: { permission: 'audit:export' },
    handle: async (request, { actor }) => {
      const query = new URL(request.url).searchParams;
      const log = query.get('log') ?? undefined;
      if (log !== undefined && !AuditLogId.safeParse(log).success) throw invalid('log', log);
      const since = readSince(query.getAll('since'));
      const lines = await exportLogs(deps, actor ?? ANONYMOUS, { installationId, log, since });
      const headers = {
        'content-type': 'application/x-ndjson',
        'cache-control': 'no-store',
        'content-disposition': 'attachment; filename="audit.ndjson"',
      };
      return new Response(toStream(lines), { headers });
    },
  };
}

/** `since=LOG:SIZE`, any number of times. */
function readSince(texts: readonly string[]): Map<string, number[]> {
  const since = new Map<string, number[]>();
  for (const text of texts.slice(0, 1_000)) {
    const [, log, size] = /^([\w-]+):(\d{1,15})$/.exec(text) ?? [];
    if (!log || !size) throw invalid('since', text);
    since.set(log, [...(since.get(log) ?? []), Number(size)]);
  }
  return since;
}

function invalid(field: string, text: string): MusterError {
  return new MusterError('invalid_input', `${field}: “${text.slice(0, 100)}” does not name a log.`, {
    field,
  });
}

const FLUSH_BYTES = 64 * 1024;

function toStream(lines: AsyncGenerator<ExportLine>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      let text = '';
      while (text.length < FLUSH_BYTES) {
        const { value, done } = await lines.next();
        if (done) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += `${JSON.stringify(value)}\n`;
      }
      controller.enqueue(encoder.encode(text));
    },
    cancel: async () => {
      await lines.return(undefined);
    },
  });
}
