import { readdirSync, readFileSync } from 'node:fs';
import { Finding, type Found } from '../../../inventory/item.ts';
import { readText } from '../proc-file.ts';

const ADMIN_GROUPS = new Set(['sudo', 'wheel', 'admin', 'root']);
/** Accounts of people begin here; below are those of the system, of which only those that can sign in are listed. */
const FIRST_PERSON = 1_000;
const NOBODY = 65_534;
const NO_SHELL = /\/(nologin|false|sync|halt|shutdown)$/;

/** Accounts that somebody can use, and who is signed in. */
export async function readUsers(root: string): Promise<Found> {
  const finding = new Finding();
  await finding.part('accounts', () => readAccounts(root, finding));
  await finding.part('sessions', () => readSessions(root, finding));
  return finding.found;
}

function readAccounts(root: string, finding: Finding): void {
  const admins = administrators(root);
  const locked = lockedAccounts(root);
  const lastSignIns = readLastSignIns(root);
  for (const line of (readText(`${root}/etc/passwd`) ?? '').split('\n')) {
    const [name, , uid = '', gid = '', comment = '', home = '', shell = ''] = line.split(':');
    if (!name) continue;
    const number = Number(uid);
    const isPerson = number >= FIRST_PERSON && number < NOBODY;
    if (!isPerson && NO_SHELL.test(shell)) continue;
    finding.add('account', name, {
      fullName: comment.split(',')[0] || null,
      id: uid,
      administrator: number === 0 || admins.has(name) || gid === '0',
      enabled: !(locked.get(name) ?? false) && !NO_SHELL.test(shell),
      home: home || null,
      shell: shell || null,
      lastSignInAt: lastSignIns.get(number) ?? null,
    });
  }
}

function administrators(root: string): Set<string> {
  const names = new Set<string>();
  for (const line of (readText(`${root}/etc/group`) ?? '').split('\n')) {
    const [group = '', , , members = ''] = line.split(':');
    if (ADMIN_GROUPS.has(group)) for (const name of members.split(',').filter(Boolean)) names.add(name);
  }
  return names;
}

/** Only whether a password is locked is read of shadow; nothing of it is kept or sent. */
function lockedAccounts(root: string): Map<string, boolean> {
  const text = readText(`${root}/etc/shadow`) ?? '';
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', password = ''] = line.split(':', 2);
      return [name, /^!./.test(password)] as const;
    }),
  );
}

/** lastlog(8): a record of 292 bytes for each uid, seconds first. */
const LASTLOG_RECORD = 292;

function readLastSignIns(root: string): Map<number, string> {
  const found = new Map<number, string>();
  try {
    const log = readFileSync(`${root}/var/log/lastlog`);
    for (let uid = 0; (uid + 1) * LASTLOG_RECORD <= log.length; uid++) {
      const seconds = log.readUInt32LE(uid * LASTLOG_RECORD);
      if (seconds > 0) found.set(uid, new Date(seconds * 1000).toISOString());
    }
  } catch {
    // newer systems keep none
  }
  return found;
}

/** utmp(5) on 64-bit Linux. */
const UTMP = {
  record: 384,
  userProcess: 7,
  line: [8, 40],
  user: [44, 76],
  host: [76, 332],
  seconds: 340,
} as const;

function readSessions(root: string, finding: Finding): void {
  let log: Buffer;
  try {
    log = readFileSync(`${root}/run/utmp`);
  } catch {
    readSystemdSessions(root, finding);
    return;
  }
  for (const session of parseUtmp(log)) addSession(finding, session);
}

/** Somebody at a terminal. */
type Session = {
  readonly account: string;
  readonly terminal: string | null;
  readonly from: string | null;
  readonly since: string | null;
};

/** The sessions that a utmp file lists. */
export function parseUtmp(log: Buffer): Session[] {
  const found: Session[] = [];
  for (let at = 0; at + UTMP.record <= log.length; at += UTMP.record) {
    const record = log.subarray(at, at + UTMP.record);
    if (record.readInt16LE(0) !== UTMP.userProcess) continue;
    const text = ([from, to]: readonly [number, number]) =>
      record.subarray(from, to).toString('latin1').split('\0')[0] ?? '';
    found.push({
      account: text(UTMP.user),
      terminal: text(UTMP.line) || null,
      from: text(UTMP.host) || null,
      since: new Date(record.readInt32LE(UTMP.seconds) * 1000).toISOString(),
    });
  }
  return found;
}

/** Systems without utmp: logind keeps a file for each session. */
function readSystemdSessions(root: string, finding: Finding): void {
  const folder = `${root}/run/systemd/sessions`;
  for (const name of safely(() => readdirSync(folder)).filter((one) => !one.endsWith('.ref'))) {
    const text = readText(`${folder}/${name}`) ?? '';
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
    const account = value('USER');
    if (!account || value('CLASS') === 'manager' || value('STATE') === 'closing') continue;
    const micros = Number(value('REALTIME'));
    addSession(finding, {
      account,
      terminal: value('TTY') ?? null,
      from: value('REMOTE_HOST') ?? null,
      since: micros > 0 ? new Date(Math.floor(micros / 1_000)).toISOString() : null,
    });
  }
}

function addSession(finding: Finding, session: Session): void {
  finding.add('session', `${session.account} ${session.terminal ?? ''}`.trim(), session);
}

function safely(list: () => string[]): string[] {
  try {
    return list();
  } catch {
    return [];
  }
}
