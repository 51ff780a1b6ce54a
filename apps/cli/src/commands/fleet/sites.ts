import type { Site } from '@muster/contracts';
import type { Command } from 'commander';
import { connect, getLogin } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { getDevice, openSession } from '../../session.ts';

const columns: readonly Column<Site>[] = [
  { title: 'id', value: (site) => site.id },
  { title: 'name', value: (site) => site.name },
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
    .action(async (options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      output.list((await client.system.sites()).items, columns, 'There is no site.');
    });
  sites
    .command('relay <site> [device]')
    .description('name the device that is to be the relay of a site; none without a device')
    .option('--json', 'print JSON')
    .action(setRelay);
}

async function setRelay(
  name: string,
  device: string | undefined,
  options: { json?: boolean },
): Promise<void> {
  const { client, output } = openSession(options);
  const found = (await client.system.sites()).items.filter((one) => one.id === name || one.name === name);
  const [before, another] = found;
  if (!before) throw new Failure(EXIT.usage, `No site is called ${name}; see \`muster sites list\`.`);
  if (another) throw new Failure(EXIT.usage, `Several sites are called ${name}; name one by its id.`);
  const relayDeviceId = device === undefined ? null : (await getDevice(client, device)).id;
  const writer = connect(getLogin(), { 'if-match': before.etag });
  const site = await writer.sites.update({ siteId: before.id, relayDeviceId });
  output.item(site, device ? `${device} is the relay of ${site.name}.` : `${site.name} has no relay.`);
}
