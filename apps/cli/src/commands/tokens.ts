import type { EnrolmentToken, EnrolmentTokenId } from '@muster/contracts';
import type { Command } from 'commander';
import { parseDuration } from '../durations.ts';
import { EXIT, Failure } from '../failure.ts';
import type { Column } from '../output.ts';
import { findSite } from '../places.ts';
import { openSession, readPages } from '../session.ts';
import { readCount, readId } from '../typed.ts';

const columns: readonly Column<EnrolmentToken>[] = [
  { title: 'state', value: (token) => token.state },
  { title: 'description', value: (token) => token.description || '–' },
  { title: 'site', value: (token) => token.siteName },
  { title: 'uses', value: (token) => `${token.uses} of ${token.usesAllowed ?? 'any'}`, right: true },
  { title: 'approval', value: (token) => (token.needsApproval ? 'yes' : 'no') },
  { title: 'expires', value: (token) => token.expiresAt },
  { title: 'id', value: (token) => token.id },
];

type CreateOptions = {
  description: string;
  uses: string;
  expires: string;
  tag: string[];
  approval?: boolean;
  site?: string;
  org?: string;
  address?: string;
  json?: boolean;
};

export function addTokens(program: Command): void {
  const tokens = program.command('tokens').description('let machines enrol');
  tokens
    .command('create')
    .description('create an enrolment token and print the lines that use it')
    .option('--description <text>', 'what it is for', '')
    .option('--uses <n>', 'how many machines, or “any”', '1')
    .option('--expires <time>', 'such as 30m, 24h, 7d', '24h')
    .option(
      '--tag <key=value>',
      'tag of every machine it enrols; repeatable',
      (value: string, all: string[]) => [...all, value],
      [] as string[],
    )
    .option('--approval', 'machines wait until a person approves them')
    .option('--site <name>', 'site they belong to; not needed where there is one')
    .option('--org <organisation>', 'where several have a site of that name')
    .option('--address <host>', 'address the machine dials')
    .option('--json', 'print JSON')
    .action(create);
  tokens
    .command('list')
    .description('list tokens (never their secrets)')
    .option('--json', 'print JSON')
    .action(list);
  tokens
    .command('revoke <id>')
    .description('end a token; machines it enrolled stay')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const token = await client.tokens.revoke({ tokenId: readId<EnrolmentTokenId>(id, 'tokens list') });
      output.item(token, `Token ${token.id} is ${token.state}.`);
    });
}

async function create(options: CreateOptions): Promise<void> {
  const { client, output } = openSession(options);
  const created = await client.tokens.create({
    description: options.description,
    uses: options.uses === 'any' ? null : readCount(options.uses, '--uses'),
    expiresInMs: parseDuration(options.expires, '--expires', 365),
    tags: parseTags(options.tag),
    needsApproval: options.approval ?? false,
    ...(options.site ? { siteId: (await findSite(client, options.site, options.org)).id } : {}),
    ...(options.address ? { address: options.address } : {}),
  });
  if (output.json) return output.document(created);
  output.text(
    `Token ${created.token.id}, good for ${created.token.usesAllowed ?? 'any number of'} machine(s) until ${created.token.expiresAt}. Its secret is shown once, in these lines:\n`,
  );
  for (const { system, line } of created.install) output.text(`# ${system}\n${line}\n`);
}

async function list(options: { json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const rows = await readPages((cursor) => client.tokens.list({ limit: 500, cursor }));
  output.list(rows, columns, 'There are no enrolment tokens. `muster tokens create` makes one.');
}

function parseTags(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) throw new Failure(EXIT.usage, `--tag takes key=value, not “${pair}”.`);
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}
