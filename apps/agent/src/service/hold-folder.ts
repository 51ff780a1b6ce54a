import type { StateFolder } from '../identity/state-folder.ts';
import type { System } from '../os/os.ts';

const FILE = 'running.json';

type Holder = { readonly pid: number; readonly startToken: string; readonly bootId: string };

/** The agent that runs on this state folder; undefined when none does, whatever a crash left behind. */
export function findHolder(folder: StateFolder, system: System): Holder | undefined {
  const holder = folder.readJson<Holder>(FILE);
  if (!holder || holder.bootId !== system.bootId()) return undefined;
  return system.processes.startToken(holder.pid) === holder.startToken ? holder : undefined;
}

/** One agent for one state folder: two would tear each other's journals. Returns what gives the folder free again. */
export function holdFolder(folder: StateFolder, system: System): () => void {
  const holder = findHolder(folder, system);
  if (holder && holder.pid !== process.pid) {
    throw new Error(`an agent runs on ${folder.path} already (process ${holder.pid})`);
  }
  const startToken = system.processes.startToken(process.pid) ?? '';
  folder.writeJson(FILE, { pid: process.pid, startToken, bootId: system.bootId() });
  return () => folder.remove(FILE);
}
