import { join } from 'node:path';
import { endsWith } from '../ending.ts';
import type { Answer, Ask, LastWord, SeenCommand, SwarmFigures } from './messages.ts';

/** Simulated agents in a process of their own. */
export interface Swarm {
  readonly pid: number;
  /** Enrols that many machines through the console listener; gives their device ids. */
  enrol(target: { url: string; token: string; count: number }): Promise<string[]>;
  /** Connects all of them, so many handshakes at a time, and keeps them reporting. */
  connect(gateway: string, parallel?: number): Promise<void>;
  cut(options?: { stayAway: boolean }): Promise<void>;
  goodbye(): Promise<void>;
  /** Stops the process as a debugger would; tells what each agent said last. */
  freeze(): Promise<LastWord[]>;
  flush(withinMs: number): Promise<void>;
  figures(): Promise<SwarmFigures>;
  /** The commands that were acknowledged since the last time this was asked. */
  commands(): Promise<SeenCommand[]>;
  /** Wall time at which the last missing agent was back; 0 while some are away. */
  completeAt(): Promise<number>;
  /** Ends the process, frozen or not. */
  stop(): Promise<void>;
}

/** Starts an empty swarm; `env` goes on top of this process's environment. */
export function startSwarm(env: Readonly<Record<string, string>> = {}): Swarm {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  const child = Bun.spawn({
    cmd: [process.execPath, '--no-orphans', join(import.meta.dir, 'generator.ts')],
    env: { ...Bun.env, ...env },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    ipc(answer: Answer) {
      const asked = waiting.get(answer.order);
      waiting.delete(answer.order);
      if (answer.error === undefined) asked?.resolve(answer.result);
      else asked?.reject(new Error(answer.error));
    },
    onExit() {
      for (const asked of waiting.values()) asked.reject(new Error('the swarm ended'));
    },
  });
  const ask = <Result = void>(what: Ask): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve: (result) => resolve(result as Result), reject });
      child.send({ order: last, ask: what });
    });
  return {
    pid: child.pid,
    enrol: (target) => ask({ kind: 'enrol', ...target }),
    connect: (gateway, parallel = 128) => ask({ kind: 'connect', gateway, parallel }),
    cut: ({ stayAway } = { stayAway: false }) => ask({ kind: 'cut', stayAway }),
    goodbye: () => ask({ kind: 'goodbye' }),
    freeze: () => ask({ kind: 'freeze' }),
    flush: (withinMs) => ask({ kind: 'flush', withinMs }),
    figures: () => ask({ kind: 'figures' }),
    commands: () => ask({ kind: 'commands' }),
    completeAt: () => ask({ kind: 'complete' }),
    stop: endsWith(async () => {
      child.kill('SIGKILL');
      await child.exited;
    }),
  };
}
