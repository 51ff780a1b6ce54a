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

/** Written when it changes. */
export function writeStanding(folder: StateFolder, standing: Standing): void {
  folder.writeJson(FILE, standing);
}
