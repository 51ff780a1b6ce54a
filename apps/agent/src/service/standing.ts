import type { Clock } from '../clock.ts';
import type { Save } from '../identity/save.ts';
import type { StateFolder } from '../identity/state-folder.ts';

const FILE = 'standing.json';

/** How a running agent stands with its server, left for `status` to read. */
export type Standing = {
  readonly connection: string;
  /** Wall-clock time of this machine. */
  readonly since: string;
};

export function readStanding(folder: StateFolder): Standing | undefined {
  return folder.readJson<Standing>(FILE);
}

/** Writes how the agent stands each time that it changes. */
export function createStandingNote(
  folder: StateFolder,
  clock: Clock,
  save: Save,
): (connection: string) => void {
  let last = '';
  return (connection) => {
    if (connection === last) return;
    last = connection;
    const since = new Date(clock.wallMs()).toISOString();
    const standing: Standing = { connection, since };
    save(() => folder.writeJson(FILE, standing));
  };
}
