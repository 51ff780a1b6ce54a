import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process } from '@muster/contracts';

/** A process that does not end when it is asked to, and writes down each time that it was asked. */
export type Stubborn = {
  readonly pid: number;
  /** How often it was asked to end. */
  asked(): number;
  isAlive(): boolean;
  /** The payload of the `process.kill` that ends it, from a list of processes that holds it. */
  killPayload(
    list: { readonly bootId: string; readonly processes: readonly Process[] },
    graceMs: number,
  ): object;
  end(): Promise<void>;
};

/** Starts one, which is ready when this resolves. */
export async function startStubborn(folder: string, name: string): Promise<Stubborn> {
  const notes = join(folder, `${name}.asked`);
  writeFileSync(notes, '');
  const ready = `${notes}.ready`;
  const script = `trap 'echo asked >> "${notes}"' TERM; : > "${ready}"; while :; do sleep 0.1; done`;
  const child = Bun.spawn(['sh', '-c', script], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  while (!existsSync(ready)) await Bun.sleep(5);
  return {
    pid: child.pid,
    asked: () => readFileSync(notes, 'utf8').split('\n').length - 1,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    killPayload: ({ bootId, processes }, graceMs) => {
      const found = processes.find(({ pid }) => pid === child.pid);
      if (!found) throw new Error(`process ${child.pid} is not in the list`);
      return { pid: found.pid, startToken: found.startToken, bootId, graceMs };
    },
    end: async () => {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}
