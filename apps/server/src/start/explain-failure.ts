import type { Config } from '../platform/config/index.ts';
import { SealBroken } from '../platform/crypto/sealing.ts';
import { OperatorError } from '../platform/process/operator-error.ts';

/** Why the server did not start, in a sentence that says what to do. */
export function explainFailure(error: unknown, config?: Config): string {
  if (error instanceof OperatorError || error instanceof SealBroken) return error.message;
  const chain = messagesOf(error);
  const text = chain.flatMap(({ message }) => message || []).join(': ');
  const codes = chain.map(({ code }) => code);
  if (codes.includes('ENOSPC') || codes.includes('53100') || /no space left on device/i.test(text)) {
    return `The disk of the data folder ${config?.data ?? ''} is full; make room and start again.`;
  }
  const database = config?.databaseUrl && explainDatabase(codes, config.databaseUrl, text);
  return database || `Muster could not start: ${text}`;
}

function explainDatabase(codes: readonly string[], databaseUrl: string, text: string): string | undefined {
  const host = URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'its address';
  if (codes.some((code) => /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|57P03)/.test(code))) {
    return `The database at ${host} does not answer; check --database-url and that PostgreSQL runs there.`;
  }
  if (codes.some((code) => /^(28|3D000)/.test(code)))
    return `The database at ${host} refuses the login: ${text}.`;
  if (codes.includes('42501')) {
    return `The login of the database at ${host} may not do what Muster needs (${text}); its first start needs a superuser, or the roles muster_owner, muster_app, muster_system (bypassrls) and muster_ingest made beforehand and granted to it.`;
  }
  return undefined;
}

type Cause = { readonly message: string; readonly code: string };

/** The error and its causes, outermost first; a text that an outer one repeats is told once. */
function messagesOf(error: unknown, seen: readonly Cause[] = []): readonly Cause[] {
  if (error === undefined || error === null || seen.length > 4) return seen;
  if (!(error instanceof Error)) return [...seen, { message: String(error), code: '' }];
  const code = 'code' in error ? String(error.code) : '';
  const isRepeated = seen.some((outer) => outer.message.includes(error.message));
  return messagesOf(error.cause, [...seen, { message: isRepeated ? '' : error.message || code, code }]);
}
