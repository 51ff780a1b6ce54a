import type { Organisation } from '@muster/contracts';
import type { Command } from 'commander';
import type { Column } from '../../output.ts';
import { pick } from '../../places.ts';
import { openSession, type Session, writerFor } from '../../session.ts';

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
      const before = await getOrganisation(session, wanted);
      const saved = await writerFor(before).organisations.update({ orgId: before.id, name });
      session.output.item(saved, `It is called ${saved.name} now.`);
    });
  organisations
    .command('partner <organisation> [partner]')
    .description('put an organisation under the one that serves it; under none without a partner')
    .option('--json', 'print JSON')
    .action(async (wanted: string, partner: string | undefined, options: Json) => {
      const session = openSession(options);
      const before = await getOrganisation(session, wanted);
      const { id, name } = before;
      const partnerId = partner === undefined ? null : (await getOrganisation(session, partner)).id;
      const saved = await writerFor(before).organisations.setPartner({ orgId: id, partnerId });
      session.output.item(saved, partner ? `${name} is served by ${partner}.` : `${name} has no partner.`);
    });
  organisations
    .command('remove <organisation>')
    .description('remove an organisation in which nothing lives any more')
    .option('--json', 'print what it was as JSON')
    .action(async (wanted: string, options: Json) => {
      const session = openSession(options);
      const was = await getOrganisation(session, wanted);
      await session.client.organisations.remove({ orgId: was.id });
      session.output.item(was, `${was.name} is removed.`);
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

/** An organisation by id or name; a Failure where there is none. */
async function getOrganisation({ client }: Session, wanted: string): Promise<Organisation> {
  const { items } = await client.organisations.list();
  return pick(items, wanted, 'organisation');
}
