import { spawn } from 'node:child_process';

/** How a program and everything that it started came to an end. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The last part of what it wrote to both outputs. */
  readonly output: string;
  readonly ms: number;
}

/** What to run, where, with which environment, and for how long at most. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
}

const KEPT_CHARACTERS = 200_000;
const GRACE_MS = 5_000;
const running = new Set<number>();
let isLeaving = false;

/**
 * Runs a program as the leader of a process group of its own. At the time limit, and when it has ended by itself, the
 * whole group goes: first asked, then killed, so that nothing it started outlives it.
 */
export function runInGroup(program: Program): Promise<Ended> {
  // The runner is on its way out: nothing new begins, and what waits for this one waits until then.
  if (isLeaving) return new Promise(() => undefined);
  // Not the clock of the machine, which a test may move.
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: program.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    if (child.pid === undefined) return;
    const group = child.pid;
    running.add(group);
    const asked = setTimeout(() => {
      timedOut = true;
      signalGroup(group, 'SIGTERM');
    }, program.limitMs);
    const killed = setTimeout(() => signalGroup(group, 'SIGKILL'), program.limitMs + GRACE_MS);
    // Survivors hold the pipes open, so they are killed on `exit`; `close` comes once the last output is read.
    child.on('exit', () => signalGroup(group, 'SIGKILL'));
    child.on('close', (code, signal) => {
      clearTimeout(asked);
      clearTimeout(killed);
      running.delete(group);
      if (isLeaving) return;
      resolve({ code, signal, timedOut, output, ms: performance.now() - started });
    });
  });
}

/** Ends every group that still runs and starts no other: the test runner itself is being stopped. */
export function killAllGroups(): void {
  isLeaving = true;
  for (const group of running) signalGroup(group, 'SIGKILL');
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
