import type { Session, SessionId } from '@muster/contracts';
import type { Command } from 'commander';
import { confirm } from '../../ask.ts';
import { EXIT, Failure } from '../../failure.ts';
import { ago, type Column, counted, printable } from '../../output.ts';
import { openSession } from '../../session.ts';
import { readId } from '../../typed.ts';
import { getUser } from '../govern/users.ts';

type Json = { json?: boolean };
type OfUser = Json & { user?: string };

const columns: readonly Column<Session>[] = [
  { title: 'this one', value: ({ current }) => (current ? 'yes' : '') },
  { title: 'address', value: ({ address }) => address },
  { title: 'program', value: ({ userAgent }) => userAgent.slice(0, 60) },
  { title: 'proved by', value: ({ methods }) => methods.join(', ') },
  { title: 'seen', value: ({ seenAt }) => ago(seenAt) },
  { title: 'expires', value: ({ expiresAt }) => expiresAt },
  { title: 'id', value: ({ id }) => id },
];

/** `muster sessions`: where somebody is signed in, and programs that ask to be. */
export function addSessions(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('where you are signed in, and programs that ask to be');
  sessions
    .command('list')
    .description('list where you are signed in')
    .option('--user <user>', 'where a person is whom you manage')
    .option('--json', 'print JSON')
    .action(async (options: OfUser) => {
      const session = openSession(options);
      const { items } = options.user
        ? await session.client.sessions.ofPerson({ userId: (await getUser(session, options.user)).id })
        : await session.client.sessions.mine();
      session.output.list(items, columns, 'Signed in nowhere.');
    });
  sessions
    .command('end <id>')
    .description('end a session at once; `muster logout` ends this one')
    .option('--user <user>', 'one of a person whom you manage')
    .option('--json', 'print JSON')
    .action(end);
  sessions
    .command('end-others')
    .description('end all your sessions but this one')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      const answer = await client.sessions.endOthers();
      output.item(answer, `${counted(answer.ended, 'other session')} ended.`);
    });
  addCodes(sessions);
}

async function end(id: string, options: OfUser): Promise<void> {
  const session = openSession(options);
  const sessionId = readId<SessionId>(id, 'sessions list');
  if (options.user) {
    const { id: userId } = await getUser(session, options.user);
    await session.client.sessions.endOfPerson({ userId, sessionId });
  } else await session.client.sessions.end({ sessionId });
  session.output.item({ id }, `Session ${id} is ended.`);
}

function addCodes(sessions: Command): void {
  sessions
    .command('asking <code>')
    .description('show which program asks to sign in as you with a code')
    .option('--json', 'print JSON')
    .action(async (typed: string, options: Json) => {
      const { client, output } = openSession(options);
      const userCode = readCode(typed);
      const asking = await client.deviceLogins.inspect({ userCode });
      output.record(asking, [
        ['program', asking.client],
        ['address', asking.address],
        ['tells of itself', asking.userAgent],
        ['asked', asking.createdAt],
        ['until', asking.expiresAt],
      ]);
    });
  sessions
    .command('approve <code>')
    .description('let a program sign in as you; only for a code that you asked for yourself')
    .option('--yes', 'do not ask whether you mean it')
    .option('--json', 'print JSON')
    .action(async (typed: string, options: Json & { yes?: boolean }) => {
      const { client, output } = openSession(options);
      const userCode = readCode(typed);
      const asking = await client.deviceLogins.inspect({ userCode });
      const who = printable(`${asking.client} at ${asking.address}`);
      if (!options.yes && !(await confirm(`Let ${who} do all that you may do?`)))
        throw new Failure(EXIT.failed, `Nothing is done. \`muster sessions refuse ${userCode}\` refuses it.`);
      await client.deviceLogins.decide({ userCode, approve: true });
      output.item(asking, `${asking.client} is signed in as you.`);
    });
  sessions
    .command('refuse <code>')
    .description('let a program not sign in')
    .option('--json', 'print JSON')
    .action(async (typed: string, options: Json) => {
      const { client, output } = openSession(options);
      const userCode = readCode(typed);
      const asking = await client.deviceLogins.inspect({ userCode });
      await client.deviceLogins.decide({ userCode, approve: false });
      output.item(asking, `${asking.client} is refused.`);
    });
}

/** Eight letters; the dash and spaces in between are for the eye. */
function readCode(typed: string): string {
  const code = typed.replaceAll(/[\s-]/g, '');
  if (/^[a-z]{8}$/i.test(code)) return code;
  throw new Failure(EXIT.usage, `“${typed}” is no code of \`muster login\`, which has eight letters.`);
}
