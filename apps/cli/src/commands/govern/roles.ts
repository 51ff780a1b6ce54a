import type { Role } from '@muster/contracts';
import { findPermission } from '@muster/contracts/permissions';
import type { Command } from 'commander';
import { requireChange } from '../../change.ts';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { pick } from '../../places.ts';
import { openSession, writerFor } from '../../session.ts';

const columns: readonly Column<Role>[] = [
  { title: 'name', value: (role) => role.name },
  { title: 'kind', value: (role) => (role.builtIn ? 'built in' : 'own') },
  { title: 'what it is for', value: (role) => role.description },
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
    .command('change <name>')
    .description('change a role of your own; what is not named stays')
    .option('--name <name>', 'call it something else')
    .option('--description <text>', 'what it is for')
    .option('--permission <name...>', 'it holds these and no others')
    .option('--add <permission...>', 'it holds these, too')
    .option('--take <permission...>', 'it holds these no longer')
    .option('--json', 'print JSON')
    .action(change);
  roles
    .command('remove <name>')
    .description('remove a role that nobody has')
    .option('--json', 'print what it was as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const role = await findRole(client, name);
      await client.access.removeRole({ roleId: role.id });
      output.item(role, `Role ${role.name} is removed.`);
    });
}

type Changes = {
  name?: string;
  description?: string;
  permission?: string[];
  add?: string[];
  take?: string[];
  json?: boolean;
};

async function change(wanted: string, options: Changes, command: Command): Promise<void> {
  const { client, output } = openSession(options);
  const before = await findRole(client, wanted);
  const role = await writerFor(before).access.updateRole({
    roleId: before.id,
    ...requireChange(
      { name: options.name, description: options.description, permissions: permissionsOf(before, options) },
      command,
    ),
  });
  output.item(role, `Role ${role.name} holds ${role.permissions.join(', ')}.`);
}

/** What the role is to hold; undefined where nothing of that is named. A permission may be named by an alias. */
function permissionsOf({ permissions }: Role, { permission, add, take }: Changes): string[] | undefined {
  if (!permission && !add && !take) return undefined;
  if (permission && (add || take))
    throw new Failure(EXIT.usage, 'Say either --permission, or --add and --take, not both.');
  const taken = new Set(take?.map(readPermission));
  return permission ?? [...permissions.filter((name) => !taken.has(name)), ...(add ?? [])];
}

function readPermission(name: string): string {
  const permission = findPermission(name);
  if (permission) return permission;
  throw new Failure(EXIT.usage, `There is no permission “${name}”; see \`muster roles permissions\`.`);
}

/** A role by name or id; case does not matter. */
export async function findRole(client: Client, wanted: string): Promise<Role> {
  const { items } = await client.access.roles();
  return pick(items, wanted, 'role');
}
