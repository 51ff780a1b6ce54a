import { readFile } from 'node:fs/promises';
import type { ApiKey } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../../failure.ts';
import { ago, type Column } from '../../output.ts';
import { getDevice, openSession } from '../../session.ts';
import { readId } from '../../typed.ts';
import { getUser } from './users.ts';

const columns: readonly Column<ApiKey>[] = [
  { title: 'state', value: (key) => key.state },
  { title: 'name', value: (key) => key.name },
  { title: 'begins with', value: (key) => key.prefix },
  { title: 'may', value: (key) => key.permissions?.join(', ') ?? 'whatever its maker may' },
  { title: 'device', value: (key) => key.deviceId ?? '–' },
  { title: 'signs', value: (key) => (key.publicKey ? 'yes' : 'no') },
  { title: 'expires', value: (key) => key.expiresAt },
  { title: 'used', value: (key) => ago(key.lastUsedAt) },
  { title: 'id', value: (key) => key.id },
];
const DAY_MS = 86_400_000;

type CreateOptions = {
  permission: string[];
  device?: string;
  publicKey?: string;
  days: string;
  json?: boolean;
};

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys for scripts and nodes');
  keys
    .command('list')
    .description('list your keys (never their secrets)')
    .option('--user <user>', 'of a person whom you manage')
    .option('--json', 'print JSON')
    .action(async (options: { user?: string; json?: boolean }) => {
      const session = openSession(options);
      const userId = options.user ? (await getUser(session, options.user)).id : undefined;
      const { items } = await session.client.keys.list({ userId });
      session.output.list(items, columns, 'There are no API keys. `muster keys create` makes one.');
    });
  keys
    .command('create <name>')
    .description('make a key; its secret is printed once')
    .option(
      '--permission <name>',
      'allow only this; repeatable',
      (value: string, all: string[]) => [...all, value],
      [] as string[],
    )
    .option('--device <name>', 'bind it to this device')
    .option(
      '--public-key <file>',
      'PEM with the Ed25519 key of that device, which then has to sign challenges',
    )
    .option('--days <n>', 'days until it expires', '90')
    .option('--json', 'print JSON')
    .action(create);
  keys
    .command('revoke <id>')
    .description('end a key at once')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const key = await client.keys.revoke({ keyId: readId<ApiKey['id']>(id, 'keys list') });
      output.item(key, `Key ${key.name} is ${key.state}.`);
    });
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const { client, output } = openSession(options);
  const days = Number(options.days);
  if (!(days > 0 && days <= 366))
    throw new Failure(EXIT.usage, `--days takes a number above 0, at most 366, not “${options.days}”.`);
  const answer = await client.keys.create({
    name,
    permissions: options.permission.length > 0 ? options.permission : null,
    deviceId: options.device ? (await getDevice(client, options.device)).id : null,
    publicKey: options.publicKey ? await readPublicKey(options.publicKey) : null,
    expiresInMs: Math.round(days * DAY_MS),
  });
  if (output.json) return output.document(answer);
  output.text(
    `Key ${answer.key.name} works until ${answer.key.expiresAt}. Its secret is shown once:\n${answer.secret}`,
  );
}

/** Wrong files are told from wrong keys here; what a key is, the server says. */
async function readPublicKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Failure(EXIT.usage, `The public key cannot be read: ${error.message}`);
  });
  if (text.includes('PRIVATE KEY'))
    throw new Failure(
      EXIT.usage,
      `${path} holds a private key, which stays on its device. Give the public one.`,
    );
  return text;
}
