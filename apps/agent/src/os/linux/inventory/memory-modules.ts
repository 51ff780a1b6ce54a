import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type MemoryModule, parseMemoryDevice } from '../../memory-module.ts';

/** The memory modules; none where the firmware tells nothing, as in most virtual machines and containers. */
export function readMemoryModules(root: string): MemoryModule[] {
  const entries = `${root}/sys/firmware/dmi/entries`;
  if (!existsSync(entries)) return [];
  return readdirSync(entries)
    .filter((name) => name.startsWith('17-'))
    .sort((one, other) => Number(one.slice(3)) - Number(other.slice(3)))
    .flatMap((name) => {
      const found = parseMemoryDevice(readFileSync(`${entries}/${name}/raw`));
      return found ? [found] : [];
    });
}
