import { createHash, createPublicKey, verify } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { AuditRow } from '@muster/contracts';
import { AuditAction, readCheckpoint, type VerifyOptions, verifyExport } from '@muster/contracts/audit';
import type { Command } from 'commander';
import { type Client, download } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { type Column, Output } from '../../output.ts';
import { getOrgId } from '../../places.ts';
import { openSession } from '../../session.ts';
import { isId, readCount } from '../../typed.ts';

const columns: readonly Column<AuditRow>[] = [
  { title: 'time', value: ({ content }) => content?.at ?? 'erased' },
  { title: 'who', value: ({ content }) => content?.who.name ?? content?.who.id ?? content?.who.kind ?? '–' },
  { title: 'action', value: ({ content }) => content?.action ?? '–' },
  { title: 'target', value: ({ content }) => content?.target.name ?? content?.target.id ?? '–' },
  { title: 'from', value: ({ content }) => content?.address ?? '–' },
  { title: 'outcome', value: ({ content }) => outcomeOf(content) },
  { title: 'row', value: ({ log, index }) => `${log === 'system' ? 'system' : log.slice(0, 8)}/${index}` },
];

function outcomeOf(content: AuditRow['content']): string {
  if (!content) return '–';
  const times = content.count > 1 ? ` (${content.count} times)` : '';
  return `${content.success ? 'done' : (content.code ?? 'refused')}${times}`;
}

/** `muster audit`: search, export, and verify without a server. */
export function addAudit(program: Command): void {
  const audit = program.command('audit').description('see, export and verify who did what');
  audit
    .command('list')
    .description('rows of the audit log, newest first')
    .option('--who <id or name>', 'by one person, device or part of the server')
    .option('--action <action>', 'such as user.login or device.updated')
    .option('--target <id or name>', 'done to one thing')
    .option('--from <time>', 'not before, ISO 8601')
    .option('--to <time>', 'before, ISO 8601')
    .option('--failed', 'only what was refused')
    .option('--log <log>', 'of one organisation, or system')
    .option('--limit <n>', 'how many', '50')
    .option('--json', 'print JSON')
    .action(list);
  audit
    .command('export')
    .description('write the log with everything that verifying it takes')
    .requiredOption('--output <file>', 'where to')
    .option('--log <log>', 'of one organisation, or system')
    .option('--checkpoint <file>', 'also prove that this earlier checkpoint is continued', collect, [])
    .option('--json', 'print JSON')
    .action(exportLog);
  audit
    .command('erase <row>')
    .description('erase the content of one row for good; the log still verifies')
    .requiredOption('--reason <text>', 'why; this is kept')
    .option('--json', 'print JSON')
    .action(eraseRow);
  audit
    .command('checkpoint')
    .description('print the newest signed checkpoints, to be kept elsewhere')
    .option('--log <log>', 'of one organisation, or system')
    .option('--json', 'print JSON with the key')
    .action(printCheckpoints);
  audit
    .command('verify <file>')
    .description('verify an export; needs no server')
    .option(
      '--checkpoint <file>',
      'a checkpoint kept from before, that the export must continue',
      collect,
      [],
    )
    .option('--key <key>', 'the key as it was noted before')
    .option('--json', 'print JSON')
    .action(verifyFile);
}

const collect = (value: string, before: string[]) => [...before, value];

type ListOptions = {
  who?: string;
  action?: string;
  target?: string;
  from?: string;
  to?: string;
  failed?: boolean;
  log?: string;
  limit: string;
  json?: boolean;
};

async function list(options: ListOptions): Promise<void> {
  const { client, output } = openSession(options);
  const action = options.action === undefined ? undefined : AuditAction.safeParse(options.action);
  if (action && !action.success)
    throw new Failure(
      EXIT.usage,
      `There is no action “${options.action}”; there are ${AuditAction.options.join(', ')}.`,
    );
  const limit = readCount(options.limit, '--limit', 500);
  const { who, target } = options;
  const log = await findLog(client, options.log);
  const page = await client.audit.list({
    ...{ who, target, log, limit, action: action?.data },
    from: readTime(options.from, '--from'),
    to: readTime(options.to, '--to'),
    ...(options.failed ? { success: 'false' as const } : {}),
  });
  output.list(page.items, columns, 'No row matches.');
}

/** A log by the name or id of its organisation; auditors who may not list organisations give the id. */
async function findLog(client: Client, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined || wanted === 'system' || isId(wanted)) return wanted;
  return getOrgId(client, wanted);
}

function readTime(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Failure(EXIT.usage, `${option} takes a time such as 2026-01-31T12:00Z.`);
  return time.toISOString();
}

type ExportOptions = { output: string; log?: string; checkpoint: string[]; json?: boolean };

async function exportLog(options: ExportOptions): Promise<void> {
  const { client, login, output } = openSession(options);
  const log = await findLog(client, options.log);
  const query = new URLSearchParams(log === undefined ? {} : { log });
  for (const note of await readNotes(options.checkpoint)) {
    const { origin = '', size } = readCheckpoint(note) ?? {};
    query.append('since', `${origin.slice(origin.lastIndexOf('/') + 1)}:${size}`);
  }
  const answer = await download(login, `/api/v1/audit/export?${query}`);
  const unwritable = (cause: Error) => {
    throw new Failure(EXIT.failed, `${options.output} cannot be written: ${cause.message}`);
  };
  const file = await open(options.output, 'w', 0o600).catch(unwritable);
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    await file.appendFile(chunk).catch(unwritable);
  }
  await file.close();
  const told = `Exported ${bytes} bytes to ${options.output}. \`muster audit verify ${options.output}\` checks it.`;
  output.item({ file: options.output, bytes }, told);
}

async function eraseRow(place: string, options: { reason: string; json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const [, log, index] = /^(system|[0-9a-f-]{36})\/(\d{1,15})$/.exec(place) ?? [];
  if (!log) throw new Failure(EXIT.usage, 'A row is named by its whole log and number, such as system/12.');
  const row = await client.audit.erase({ log, index: Number(index), reason: options.reason });
  output.item(row, `The content of ${place} is erased; its hash ${row.hash} stays.`);
}

async function printCheckpoints(options: { log?: string; json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const wanted = await findLog(client, options.log);
  const { key, items } = await client.audit.checkpoints();
  const shown = items.filter(({ log }) => wanted === undefined || log === wanted);
  if (output.json) return output.document({ key, items: shown });
  output.text(shown.map(({ note }) => note).join('\n'));
  output.note(`Signed by ${key}`);
}

async function verifyFile(
  path: string,
  options: { checkpoint: string[]; key?: string; json?: boolean },
): Promise<void> {
  const output = new Output(options.json ?? false);
  const earlier = await readNotes(options.checkpoint);
  const report = await verifyExport(linesOf(path), { ...VERIFIER, earlier, key: options.key });
  const lines = report.logs.map((log) => {
    const pruned = log.prunedTo > 0 ? `, ${log.prunedTo} older ones removed by retention` : '';
    const erased = log.erased > 0 ? `, of which ${log.erased} were erased` : '';
    return `${log.log}: ${log.rows} rows${pruned}${erased}, ${log.checkpoints} checkpoints, signed up to ${log.size}`;
  });
  if (output.json) output.document({ sound: report.faults.length === 0, ...report });
  else for (const line of lines) output.item(undefined, line);
  if (report.faults.length > 0) {
    throw new Failure(EXIT.failed, `${path} is not what was signed. ${report.faults.join('. ')}.`);
  }
  const against = earlier.length > 0 ? ` and continues ${earlier.length} earlier checkpoint(s)` : '';
  output.note(`${path} is sound${against}. Signed by ${report.key}`);
}

/** Checkpoints in files; one file may hold several, one behind the other. */
async function readNotes(paths: readonly string[]): Promise<string[]> {
  const notes = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8').catch((cause: Error) => {
        throw new Failure(EXIT.usage, `${path} cannot be read: ${cause.message}`);
      });
      const found = text.match(/^\S+\/audit\/\S+\n\d+\n\S+\n\S+\n\n— .*\n/gm) ?? [];
      if (found.length === 0) throw new Failure(EXIT.usage, `${path} holds no checkpoint.`);
      return found;
    }),
  );
  return notes.flat();
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new Failure(EXIT.usage, `There is no file ${path}.`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of file.stream()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const VERIFIER: VerifyOptions = {
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  verify: (publicKey, bytes, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const der = Buffer.concat([ED25519_SPKI_PREFIX, publicKey]);
    return verify(null, bytes, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  },
};
