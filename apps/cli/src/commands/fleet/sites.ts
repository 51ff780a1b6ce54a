import type { Site } from '@muster/contracts';
import type { Command } from 'commander';
import { requireChange } from '../../change.ts';
import type { Column } from '../../output.ts';
import { findSite, getOrgId } from '../../places.ts';
import { getDevice, openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };
type InOrg = Json & { org?: string };

type Row = Site & { readonly orgName: string };

const columns: readonly Column<Row>[] = [
  { title: 'id', value: (site) => site.id },
  { title: 'name', value: (site) => site.name },
  { title: 'organisation', value: (site) => site.orgName },
  { title: 'location', value: (site) => site.location },
  { title: 'time zone', value: (site) => site.timezone },
  { title: 'contact', value: (site) => site.contactEmail ?? '' },
  { title: 'relay', value: (site) => site.relayDeviceId ?? '' },
];

/** `muster sites`: places of organisations, and which device serves each as relay. */
export function addSites(program: Command): void {
  const sites = program.command('sites').description('places of organisations');
  sites
    .command('list')
    .description('list sites')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const [sites, organisations] = await Promise.all([client.system.sites(), client.organisations.list()]);
      const names = new Map(organisations.items.map(({ id, name }) => [id, name]));
      const rows = sites.items.map((site) => ({ ...site, orgName: names.get(site.orgId) ?? site.orgId }));
      output.list(rows, columns, 'There is no site.');
    });
  addMaking(sites);
  addChanging(sites);
}

type Created = InOrg & { location: string; timezone: string; contact?: string };

function addMaking(sites: Command): void {
  sites
    .command('create <name>')
    .description('add a site to an organisation')
    .option('--org <organisation>', 'where there are several')
    .option('--location <text>', 'where it is', '')
    .option('--timezone <zone>', 'such as Europe/Berlin', 'UTC')
    .option('--contact <email>', 'whom to write to')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Created) => {
      const { client, output } = openSession(options);
      const { location, timezone, contact } = options;
      const orgId = await getOrgId(client, options.org);
      const place = { orgId, name, location, timezone, contactEmail: contact ?? null };
      const site = await client.sites.create(place);
      output.item(site, `The site ${site.name} is added (${site.id}).`);
    });
  sites
    .command('remove <site>')
    .description('remove a site to which nothing belongs any more')
    .option('--org <organisation>', 'where several have one of that name')
    .option('--json', 'print what it was as JSON')
    .action(async (wanted: string, options: InOrg) => {
      const { client, output } = openSession(options);
      const site = await findSite(client, wanted, options.org);
      await client.sites.remove({ siteId: site.id });
      output.item(site, `The site ${site.name} is removed.`);
    });
}

type Changes = InOrg & { name?: string; location?: string; timezone?: string; contact?: string | false };

function addChanging(sites: Command): void {
  sites
    .command('change <site>')
    .description('change a site; what is not named stays')
    .option('--name <name>', 'call it something else')
    .option('--location <text>', 'where it is')
    .option('--timezone <zone>', 'such as Europe/Berlin')
    .option('--contact <email>', 'whom to write to')
    .option('--no-contact', 'nobody to write to')
    .option('--org <organisation>', 'where several have one of that name')
    .option('--json', 'print JSON')
    .action(change);
  sites
    .command('relay <site> [device]')
    .description('name the device that is to be the relay of a site; none without a device')
    .option('--org <organisation>', 'where several have one of that name')
    .option('--json', 'print JSON')
    .action(async (wanted: string, device: string | undefined, options: InOrg) => {
      const { client, output } = openSession(options);
      const before = await findSite(client, wanted, options.org);
      const relayDeviceId = device === undefined ? null : (await getDevice(client, device)).id;
      const site = await writerFor(before).sites.update({ siteId: before.id, relayDeviceId });
      output.item(site, device ? `${device} is the relay of ${site.name}.` : `${site.name} has no relay.`);
    });
}

async function change(wanted: string, options: Changes, command: Command): Promise<void> {
  const { client, output } = openSession(options);
  const { name, location, timezone, contact } = options;
  const contactEmail = contact === false ? null : contact;
  const said = requireChange({ name, location, timezone, contactEmail }, command);
  const before = await findSite(client, wanted, options.org);
  const site = await writerFor(before).sites.update({ siteId: before.id, ...said });
  output.item(site, `The site ${site.name} is changed.`);
}
