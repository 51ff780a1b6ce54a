import type { NewGrant, PasswordLink, User, UserId } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../../failure.ts';
import { ago, type Column } from '../../output.ts';
import { findPlace } from '../../places.ts';
import { getDevice, openSession, readPages, type Session } from '../../session.ts';
import { isId, readId } from '../../typed.ts';
import { findRole } from './roles.ts';

const columns: readonly Column<User>[] = [
  { title: 'state', value: (user) => user.state },
  { title: 'name', value: (user) => user.name },
  { title: 'email', value: (user) => user.email },
  { title: 'roles', value: (user) => user.grants.map(describeGrant).join(', ') || '–' },
  { title: 'seen', value: (user) => ago(user.lastSeenAt) },
  { title: 'id', value: (user) => user.id },
];

type PlaceOptions = { role?: string; org?: string; site?: string; group?: string; json?: boolean };

export function addUsers(program: Command): void {
  const users = program.command('users').description('people: invite, disable, remove, and their roles');
  users
    .command('list [search]')
    .description('list people')
    .option('--json', 'print JSON')
    .action(async (search: string | undefined, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      output.list(await listAll({ client }, search ?? ''), columns, 'Nobody matches.');
    });
  withPlace(
    users.command('invite <email> <name>').description('invite a person by a single-use link'),
  ).action(async (email: string, name: string, options: PlaceOptions) => {
    const session = openSession(options);
    const grants = options.role ? [await grantFrom(session, options)] : [];
    const answer = await session.client.users.invite({ email, name, grants });
    if (session.output.json) return session.output.document(answer);
    tellLink(session, answer.link, `${answer.user.name} is invited`);
  });
  withPlace(users.command('grant <user>').description('give a person a role somewhere')).action(
    async (user: string, options: PlaceOptions) => {
      const session = openSession(options);
      const { id } = await getUser(session, user);
      const grant = await session.client.access.grant({ userId: id, ...(await grantFrom(session, options)) });
      session.output.item(grant, `${user} is ${describeGrant(grant)} (grant ${grant.id}).`);
    },
  );
  users
    .command('withdraw <grant>')
    .description('take a role from a person, by the id of the grant')
    .option('--json', 'print JSON')
    .action(async (grant: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      await client.access.withdraw({
        grantId: readId<User['grants'][number]['id']>(grant, 'users list --json'),
      });
      output.item({ id: grant }, 'The role is withdrawn.');
    });
  addChanges(users);
}

function addChanges(users: Command): void {
  users
    .command('password-link <user>')
    .description('make a single-use link for a new password')
    .option('--json', 'print JSON')
    .action(async (user: string, options: { json?: boolean }) => {
      const session = openSession(options);
      const { id, name } = await getUser(session, user);
      const link = await session.client.users.resetPassword({ userId: id });
      if (session.output.json) return session.output.document(link);
      tellLink(session, link, `A new password for ${name}`);
    });
  for (const [verb, describe] of [
    ['disable', 'keep a person out, at once'],
    ['enable', 'let a disabled person back in'],
  ] as const) {
    users
      .command(`${verb} <user>`)
      .description(describe)
      .option('--json', 'print JSON')
      .action(async (user: string, options: { json?: boolean }) => {
        const session = openSession(options);
        const { id } = await getUser(session, user);
        const changed = await session.client.users[verb]({ userId: id });
        session.output.item(changed, `${changed.name} is ${changed.state}.`);
      });
  }
  users
    .command('reset-factors <user>')
    .description('take all second factors from a person who lost them, and end their sessions')
    .option('--json', 'print JSON')
    .action(async (user: string, options: { json?: boolean }) => {
      const session = openSession(options);
      const person = await getUser(session, user);
      await session.client.factors.reset({ userId: person.id });
      session.output.item(person, `${person.name} has no second factor any more.`);
    });
  users
    .command('remove <user>')
    .description('remove a person')
    .option('--json', 'print who it was as JSON')
    .action(async (user: string, options: { json?: boolean }) => {
      const session = openSession(options);
      const was = await getUser(session, user);
      await session.client.users.remove({ userId: was.id });
      session.output.item(was, `${was.name} is removed.`);
    });
  users
    .command('explain [user]')
    .description('what may this person do, and why; without a name: you')
    .option('--device <device>', 'for this device alone')
    .option('--permission <name>', 'about this permission alone')
    .option('--json', 'print JSON')
    .action(explain);
}

function withPlace(command: Command): Command {
  return command
    .option('--role <name>', 'role to give')
    .option('--org <name>', 'in this organisation; everywhere without it')
    .option('--site <name>', 'at this site alone')
    .option('--group <name>', 'in this static group alone')
    .option('--json', 'print JSON');
}

async function explain(
  user: string | undefined,
  options: { device?: string; permission?: string; json?: boolean },
): Promise<void> {
  const session = openSession(options);
  const answer = await session.client.access.explain({
    userId: user ? (await getUser(session, user)).id : undefined,
    deviceId: options.device ? (await getDevice(session.client, options.device)).id : undefined,
    permission: options.permission,
  });
  if (session.output.json) return session.output.document(answer);
  session.output.list(
    answer.rights.filter((right) => right.allowed || options.permission),
    [
      { title: 'may', value: (right) => (right.allowed ? 'yes' : 'no') },
      { title: 'permission', value: (right) => right.permission },
      { title: 'because', value: (right) => right.because.map(describeGrant).join(', ') || '–' },
    ],
    `${answer.name} may do nothing.`,
  );
}

/** “Operator at Berlin”. */
function describeGrant(grant: Pick<User['grants'][number], 'roleName' | 'orgId' | 'placeName'>): string {
  return grant.orgId === null ? `${grant.roleName} everywhere` : `${grant.roleName} at ${grant.placeName}`;
}

async function grantFrom({ client }: Session, options: PlaceOptions): Promise<NewGrant> {
  if (!options.role) throw new Failure(EXIT.usage, 'Say which role, with --role.');
  const role = await findRole(client, options.role);
  return { roleId: role.id, ...(await findPlace(client, options)) };
}

function tellLink({ login, output }: Session, link: PasswordLink, what: string): void {
  output.text(
    `${what}. This link works once, until ${link.expiresAt}:\n${new URL(link.path, login.server).href}`,
  );
}

function listAll({ client }: Pick<Session, 'client'>, search: string): Promise<User[]> {
  return readPages((cursor) => client.users.list({ limit: 500, cursor, search }));
}

/** A person by id, address or name. */
export async function getUser(session: Pick<Session, 'client'>, wanted: string): Promise<User> {
  if (isId(wanted)) return session.client.users.get({ userId: wanted as UserId });
  const found = (await listAll(session, wanted)).filter(
    (user) => user.email === wanted.toLowerCase() || user.name === wanted,
  );
  const [user, another] = found;
  if (user && !another) return user;
  throw another
    ? new Failure(EXIT.usage, `Several people are called ${wanted}; say which by address.`)
    : new Failure(EXIT.notFound, `There is nobody called ${wanted}.`);
}
