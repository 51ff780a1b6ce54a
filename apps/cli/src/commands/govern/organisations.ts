import type { Organisation } from '@muster/contracts';
import type { Command } from 'commander';
import { connect, getLogin } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { openSession, type Session } from '../../session.ts';

type Json = { json?: boolean };

/** `muster organisations`: customers, and the partner above them where there is one. */
export function addOrganisations(program: Command): void {
  const organisations = program
    .command('organisations')
    .description('organisations, and the partners above them');
  organisations
    .command('list')
    .description('list organisations')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const { items } = await client.organisations.list();
      output.list(items, columnsOf(items), 'There is no organisation.');
    });
  organisations
    .command('create <name>')
    .description('add an organisation with its first site')
    .option('--site <name>', 'name of its first site', 'main')
    .option('--timezone <zone>', 'time zone of that site', 'UTC')
    .option('--partner <organisation>', 'the organisation that serves it')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Json & { site: string; timezone: string; partner?: string }) => {
      const session = openSession(options);
      const { site: siteName, timezone } = options;
      const partnerId = options.partner ? (await getOrganisation(session, options.partner)).id : null;
      const made = await session.client.organisations.create({ name, siteName, timezone, partnerId });
      session.output.item(made, `${made.name} is added (${made.id}).`);
    });
  addChanges(organisations);
}

function addChanges(organisations: Command): void {
  organisations
    .command('rename <organisation> <name>')
    .description('rename an organisation')
    .option('--json', 'print JSON')
    .action(async (wanted: string, name: string, options: Json) => {
      const session = openSession(options);
      const { id, etag } = await getOrganisation(session, wanted);
      const saved = await writer(etag).organisations.update({ orgId: id, name });
      session.output.item(saved, `It is called ${saved.name} now.`);
    });
  organisations
    .command('partner <organisation> [partner]')
    .description('put an organisation under the one that serves it; under none without a partner')
    .option('--json', 'print JSON')
    .action(async (wanted: string, partner: string | undefined, options: Json) => {
      const session = openSession(options);
      const { id, etag, name } = await getOrganisation(session, wanted);
      const partnerId = partner === undefined ? null : (await getOrganisation(session, partner)).id;
      const saved = await writer(etag).organisations.setPartner({ orgId: id, partnerId });
      session.output.item(saved, partner ? `${name} is served by ${partner}.` : `${name} has no partner.`);
    });
  organisations
    .command('remove <organisation>')
    .description('remove an organisation in which nothing lives any more')
    .action(async (wanted: string) => {
      const session = openSession({});
      const { id, name } = await getOrganisation(session, wanted);
      await session.client.organisations.remove({ orgId: id });
      session.output.note(`${name} is removed.`);
    });
}

function columnsOf(all: readonly Organisation[]): readonly Column<Organisation>[] {
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return [
    { title: 'name', value: ({ name }) => name },
    { title: 'partner', value: ({ partnerId }) => (partnerId ? (names.get(partnerId) ?? partnerId) : '') },
    { title: 'sites', value: ({ sites }) => String(sites) },
    { title: 'id', value: ({ id }) => id },
  ];
}

const writer = (etag: string) => connect(getLogin(), { 'if-match': etag });

/** An organisation by id or name; a Failure where there is none. */
async function getOrganisation({ client }: Session, wanted: string): Promise<Organisation> {
  const { items } = await client.organisations.list();
  const found = items.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found)
    throw new Failure(
      EXIT.notFound,
      `No organisation is called ${wanted}; see \`muster organisations list\`.`,
    );
  return found;
}
