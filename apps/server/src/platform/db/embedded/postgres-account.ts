import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { OperatorError } from '../../process/operator-error.ts';

/** PostgreSQL refuses to run as root: then it runs as this account, which is made where it is missing. */
const ACCOUNT = 'postgres';

/** How to run a program of PostgreSQL: under which ids, and with which words before its own. */
export type PostgresAccount = {
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** A wrapper such as `setpriv …`; empty when the program is started directly. */
  readonly prefix: readonly string[];
};

/**
 * Finds the account for PostgreSQL's programs. As root, folders above the data folder may be closed to that account
 * (a checkout below /root): then the program keeps the one capability to walk through closed folders, nothing else.
 * setpriv also tells postgres to shut down when the server is killed: the change of user would undo an earlier request.
 */
export function postgresAccount(paths: readonly string[]): PostgresAccount {
  if (process.platform === 'win32' || userInfo().uid !== 0) return { ids: undefined, prefix: [] };
  const ids = findAccount() ?? createAccount();
  const isOpen = paths.every((path) => isReachable(path, ids));
  const setpriv = Bun.which('setpriv');
  if (setpriv) return { ids: undefined, prefix: setprivWords(setpriv, ids, isOpen) };
  if (isOpen) return { ids, prefix: [] };
  throw new OperatorError(
    `Started as root, PostgreSQL runs as "${ACCOUNT}", which cannot reach ${paths[0]}; open the folders above it (chmod o+x) or choose another with --data.`,
  );
}

function setprivWords(setpriv: string, ids: { uid: number; gid: number }, isOpen: boolean): string[] {
  const walkThrough = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  return [
    setpriv,
    `--reuid=${ids.uid}`,
    `--regid=${ids.gid}`,
    '--clear-groups',
    ...(isOpen ? [] : walkThrough),
    '--pdeathsig=INT',
    '--',
  ];
}

/** Ids of the account whichever way the program is started; undefined when not root. */
export function accountIds(): { uid: number; gid: number } | undefined {
  return process.platform !== 'win32' && userInfo().uid === 0 ? findAccount() : undefined;
}

function findAccount(): { uid: number; gid: number } | undefined {
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function idOf(flag: '-u' | '-g'): number | undefined {
  const { success, stdout } = Bun.spawnSync(['id', flag, ACCOUNT], { stderr: 'ignore' });
  return success ? Number(stdout.toString().trim()) : undefined;
}

function createAccount(): { uid: number; gid: number } {
  Bun.spawnSync(['groupadd', '--system', ACCOUNT], { stderr: 'ignore' });
  Bun.spawnSync(['useradd', '--system', '--no-create-home', '-g', ACCOUNT, ACCOUNT], { stderr: 'ignore' });
  const ids = findAccount();
  if (!ids) {
    throw new OperatorError(
      `PostgreSQL does not run as root and the account "${ACCOUNT}" could not be made; start Muster as another user.`,
    );
  }
  return ids;
}

/** Whether every folder above `path` lets the account through. */
function isReachable(path: string, ids: { uid: number; gid: number }): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
