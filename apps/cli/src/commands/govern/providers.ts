import { readFileSync } from 'node:fs';
import { describeIssues, type NewMapping, type Provider, ProviderSettings } from '@muster/contracts';
import type { Command } from 'commander';
import { requireChange } from '../../change.ts';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { type Column, printable } from '../../output.ts';
import { findPlace } from '../../places.ts';
import { openSession, writerFor } from '../../session.ts';
import { findRole } from './roles.ts';

const columns: readonly Column<Provider>[] = [
  { title: 'state', value: (provider) => (provider.enabled ? 'on' : 'off') },
  { title: 'kind', value: (provider) => provider.kind },
  { title: 'name', value: (provider) => provider.name },
  {
    title: 'where',
    value: ({ settings }) => (settings.kind === 'oidc' ? settings.issuer : settings.urls.join(', ')),
  },
  { title: 'people', value: (provider) => String(provider.people), right: true },
  { title: 'groups', value: (provider) => provider.mappings.map(describeMapping).join(', ') || '–' },
];

type Json = { readonly json?: boolean };
type PlaceOptions = Json & { role: string; org?: string; site?: string; group?: string };
type WriteOptions = Json & {
  settings?: string;
  secretStdin?: boolean;
  name?: string;
  enable?: boolean;
  disable?: boolean;
};

/** `muster providers`: sign-in by OpenID Connect and directories. */
export function addProviders(program: Command): void {
  const providers = program.command('providers').description('sign-in by OpenID Connect and directories');
  providers
    .command('list')
    .description('list providers, with what their groups give')
    .option('--json', 'print JSON, settings included')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list(
        (await client.providers.list()).items,
        columns,
        'People sign in with passwords of this server alone.',
      );
    });
  providers
    .command('add <name>')
    .description('add a provider from a file of settings (JSON; docs/sign-in/providers.md has examples)')
    .requiredOption('--settings <file>', 'JSON with kind oidc or ldap')
    .option('--secret-stdin', 'read client secret or bind password from standard input')
    .option('--disable', 'nobody can use it yet')
    .option('--json', 'print JSON')
    .action(add);
  providers
    .command('change <name>')
    .description('change a provider; what is not named stays')
    .option('--name <name>', 'call it something else')
    .option('--settings <file>', 'JSON that replaces its settings')
    .option('--secret-stdin', 'read a new secret from standard input')
    .option('--enable', 'let people use it')
    .option('--disable', 'let nobody in by it; who is signed in stays so')
    .option('--json', 'print JSON')
    .action(change);
  addMapping(providers);
  addTrial(providers);
}

async function add(name: string, options: WriteOptions): Promise<void> {
  const { client, output } = openSession(options);
  const provider = await client.providers.create({
    name,
    enabled: !options.disable,
    settings: readSettings(options.settings ?? ''),
    secret: options.secretStdin ? await readSecret() : null,
  });
  if (output.json) return output.document(provider);
  const sendBack = provider.redirectPath
    ? ` Tell it that sign-ins return to ${new URL(provider.redirectPath, openSession(options).login.server).href}`
    : '';
  output.text(`${provider.name} is added.${sendBack}`);
}

async function change(wanted: string, options: WriteOptions, command: Command): Promise<void> {
  if (options.enable && options.disable)
    throw new Failure(EXIT.usage, 'Say --enable or --disable, not both.');
  const { output } = openSession(options);
  const said = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.settings === undefined ? {} : { settings: readSettings(options.settings) }),
    ...(options.secretStdin ? { secret: await readSecret() } : {}),
    ...(options.enable || options.disable ? { enabled: options.enable === true } : {}),
  };
  const changed = await update(wanted, requireChange(said, command));
  output.item(changed, `${changed.name} is ${changed.enabled ? 'on' : 'off'}.`);
}

type Changes = Omit<Parameters<Client['providers']['update']>[0], 'providerId'>;

/** A change to the provider as it was read just now; `changes` may depend on what it was. */
async function update(wanted: string, changes: Changes | ((before: Provider) => Changes)): Promise<Provider> {
  const before = await findProvider(openSession({}).client, wanted);
  const asked = typeof changes === 'function' ? changes(before) : changes;
  const client = writerFor(before);
  return client.providers.update({ ...asked, providerId: before.id });
}

function addMapping(providers: Command): void {
  providers
    .command('map <name> <group>')
    .description('give a role to everybody in a group of the provider, from their next sign-in on')
    .requiredOption('--role <name>', 'role to give')
    .option('--org <name>', 'in this organisation; everywhere without it')
    .option('--site <name>', 'at this site alone')
    .option('--group <name>', 'in this static group alone')
    .option('--json', 'print JSON')
    .action(async (name: string, group: string, options: PlaceOptions) => {
      const { client, output } = openSession(options);
      const role = await findRole(client, options.role);
      const mapping: NewMapping = { group, roleId: role.id, ...(await findPlace(client, options)) };
      const changed = await update(name, ({ mappings }) => ({ mappings: [...mappings, mapping] }));
      output.item(changed, `Groups of ${changed.name}: ${changed.mappings.map(describeMapping).join(', ')}.`);
    });
  providers
    .command('unmap <name> <group>')
    .description('take back what a group gives, at once')
    .option('--json', 'print JSON')
    .action(async (name: string, group: string, options: Json) => {
      const { output } = openSession(options);
      const changed = await update(name, ({ mappings }) => {
        const left = mappings.filter((mapping) => mapping.group !== group);
        if (left.length < mappings.length) return { mappings: left };
        throw new Failure(
          EXIT.notFound,
          `${group} gives nothing; \`muster providers list\` shows what does.`,
        );
      });
      output.item(changed, `${group} gives nothing any more.`);
    });
}

function addTrial(providers: Command): void {
  providers
    .command('test <name>')
    .description('try whether a provider answers as it should; nobody is signed in')
    .option('--login <login>', 'ask a directory who that is')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Json & { login?: string }) => {
      const { client, output } = openSession(options);
      const { id } = await findProvider(client, name);
      const answer = await client.providers.test({ providerId: id, login: options.login });
      if (output.json) output.document(answer);
      else
        output.text(
          answer.steps.map(({ ok, text }) => printable(`${ok ? 'ok  ' : 'BAD '} ${text}`)).join('\n'),
        );
      if (!answer.ok) throw new Failure(EXIT.failed, `${name} does not answer as it should.`);
    });
  providers
    .command('remove <name>')
    .description('remove a provider; its people stay, without the roles of its groups')
    .option('--json', 'print what it was as JSON')
    .action(async (name: string, options: Json) => {
      const { client, output } = openSession(options);
      const provider = await findProvider(client, name);
      await client.providers.remove({ providerId: provider.id });
      output.item(provider, `${provider.name} is removed.`);
    });
}

async function findProvider(client: Client, wanted: string): Promise<Provider> {
  const { items } = await client.providers.list();
  const found = items.find((item) => item.id === wanted || item.name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  const names = items.map(({ name }) => name).join(', ') || 'none';
  throw new Failure(EXIT.notFound, `No sign-in provider is called ${wanted}; there are: ${names}.`);
}

/** “operators: Operator at Berlin”. */
function describeMapping({ group, roleName, orgId, placeName }: Provider['mappings'][number]): string {
  return `${group}: ${roleName} ${orgId === null ? 'everywhere' : `at ${placeName}`}`;
}

function readSettings(file: string): ProviderSettings {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Failure(
      EXIT.usage,
      `${file} is not a file of JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const parsed = ProviderSettings.safeParse(read);
  if (parsed.success) return parsed.data;
  throw new Failure(EXIT.usage, `${file}: ${describeIssues(parsed.error.issues, 'it')}`);
}

async function readSecret(): Promise<string> {
  return (await Bun.stdin.text()).replace(/\r?\n$/, '');
}
