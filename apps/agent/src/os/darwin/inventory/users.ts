import { Finding, type Found } from '../../../inventory/item.ts';
import type { MacSource } from './profiler.ts';

const FIRST_PERSON = 500;
const NO_SHELL = /\/(nologin|false)$/;
const ATTRIBUTES = [
  'RecordName',
  'UniqueID',
  'RealName',
  'NFSHomeDirectory',
  'UserShell',
  'AuthenticationAuthority',
];

/** Accounts that somebody can use, and who is signed in. */
export async function readUsers({ run }: MacSource): Promise<Found> {
  const finding = new Finding();
  await finding.part('accounts', async () => {
    const accounts = await run(['dscl', '.', '-readall', '/Users', ...ATTRIBUTES]);
    const admins = await run(['dscl', '.', '-read', '/Groups/admin', 'GroupMembership']);
    addAccounts(accounts ?? '', admins ?? '', finding);
  });
  await finding.part('sessions', async () => addSessions((await run(['who'])) ?? '', finding));
  return finding.found;
}

/** Records of dscl: `Name: value`, a longer value on the lines after it behind a blank, and `-` between records. */
export function addAccounts(accounts: string, admins: string, finding: Finding): void {
  const administrators = new Set(admins.replace(/^GroupMembership:/, '').split(/\s+/));
  for (const record of accounts.split(/^-$/m)) {
    const value = (name: string) =>
      new RegExp(`^${name}:((?: .*)?(?:\\n .*)*)`, 'm').exec(record)?.[1]?.replaceAll('\n', '').trim() ?? '';
    const name = value('RecordName').split(' ')[0] ?? '';
    const shell = value('UserShell');
    const isPerson = Number(value('UniqueID')) >= FIRST_PERSON;
    if (name === '' || name.startsWith('_') || (!isPerson && NO_SHELL.test(shell))) continue;
    finding.add('account', name, {
      fullName: value('RealName') || null,
      id: value('UniqueID') || null,
      administrator: administrators.has(name) || value('UniqueID') === '0',
      enabled: !value('AuthenticationAuthority').includes(';DisabledUser;') && !NO_SHELL.test(shell),
      home: value('NFSHomeDirectory') || null,
      shell: shell || null,
      lastSignInAt: null,
    });
  }
}

/** `ada  console  Nov 20 08:12`, with where from in brackets; the year is not told, so neither is the time. */
export function addSessions(output: string, finding: Finding): void {
  for (const line of output.split('\n')) {
    const [, account, terminal, from] =
      /^(\S+)\s+(\S+)\s+\w{3}\s+\d+ \d\d:\d\d(?:\s+\((.+)\))?/.exec(line) ?? [];
    if (!account || !terminal) continue;
    finding.add('session', `${account} ${terminal}`, { account, terminal, from: from ?? null, since: null });
  }
}
