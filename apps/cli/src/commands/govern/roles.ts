import type { Place, Role } from '@muster/contracts';
import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { openSession } from '../../session.ts';

const columns: readonly Column<Role>[] = [
  { title: 'name', value: (role) => role.name },
  { title: 'kind', value: (role) => (role.builtIn ? 'built in' : 'own') },
  { title: 'grants', value: (role) => String(role.grants), right: true },
  { title: 'may', value: (role) => role.permissions.join(', ') },
];

export function addRoles(program: Command): void {
  const roles = program.command('roles').description('what people may do');
  roles
    .command('list')
    .description('list roles')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      output.list((await client.access.roles()).items, columns, 'There are no roles.');
    });
  roles
    .command('permissions')
    .description('list what a role can be made of')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const { items } = await client.access.permissions();
      output.list(
        items,
        [
          { title: 'permission', value: (item) => item.name },
          { title: 'what it allows', value: (item) => item.describe },
        ],
        'There are no permissions.',
      );
    });
  roles
    .command('create <name> <permission...>')
    .description('make a role of your own')
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'print JSON')
    .action(async (name: string, permissions: string[], options: { description: string; json?: boolean }) => {
      const { client, output } = openSession(options);
      const role = await client.access.createRole({ name, permissions, description: options.description });
      output.item(role, `Role ${role.name} holds ${role.permissions.join(', ')}.`);
    });
  roles
    .command('remove <name>')
    .description('remove a role that nobody has')
    .action(async (name: string) => {
      const { client, output } = openSession({});
      const role = await findRole(client, name);
      await client.access.removeRole({ roleId: role.id });
      output.note(`Role ${role.name} is removed.`);
    });
}

/** A role by name or id; case does not matter. */
export async function findRole(client: Client, wanted: string): Promise<Role> {
  const { items } = await client.access.roles();
  return pick(items, wanted, 'role');
}

/** The place of a grant from the names given; a site or group brings its organisation along. */
export async function findPlace(
  client: Client,
  options: { org?: string | undefined; site?: string | undefined; group?: string | undefined },
): Promise<Place> {
  const place: Place = { orgId: null, siteId: null, groupId: null };
  if (options.org)
    place.orgId = pick((await client.organisations.list()).items, options.org, 'organisation').id;
  if (options.site) {
    const site = pick(within((await client.system.sites()).items, place), options.site, 'site');
    return { ...place, orgId: site.orgId, siteId: site.id };
  }
  if (options.group) {
    const group = pick(within((await client.groups.list()).items, place), options.group, 'group');
    return { ...place, orgId: group.orgId, groupId: group.id };
  }
  return place;
}

function within<Item extends { orgId: Place['orgId'] }>(items: readonly Item[], { orgId }: Place): Item[] {
  return items.filter((item) => orgId === null || item.orgId === orgId);
}

function pick<Item extends { id: string; name: string }>(
  items: readonly Item[],
  wanted: string,
  noun: string,
): Item {
  const found = items.filter(
    (item) => item.id === wanted || item.name.toLowerCase() === wanted.toLowerCase(),
  );
  const [item, another] = found;
  if (item && !another) return item;
  throw another
    ? new Failure(EXIT.usage, `Several ${noun}s are called ${wanted}; say which by id, or with --org.`)
    : new Failure(
        EXIT.notFound,
        `No ${noun} is called ${wanted}; there are ${items.map((one) => one.name).join(', ')}.`,
      );
}
