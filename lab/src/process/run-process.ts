import { cleanEnvironment } from '../config.ts';

/** How a finished command ended; `code` is -1 when it was killed at its deadline. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of one command; the default deadline is a minute and the default environment is small and fixed. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array | Blob;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  /** Throw, with the output, when the command fails. */
  readonly check?: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** A daemon that the command left behind may hold its output open for ever; nobody waits for that. */
const LATE_OUTPUT_MS = 500;

/** Reads a stream until its end or until `stop`, whichever is first. */
function collect(stream: ReadableStream<Uint8Array>): { ended: Promise<void>; stop(): string } {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      chunks.push(value);
    }
  };
  return {
    ended: read(),
    stop: () => {
      void reader.cancel();
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

function stdinOf(input: RunOptions['stdin']): 'ignore' | Uint8Array | Blob {
  if (input === undefined) return 'ignore';
  return typeof input === 'string' ? new TextEncoder().encode(input) : input;
}

/** Sends a signal to a process group; a group that is gone already is fine. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // gone already
  }
}

/** Runs a command to its end; its whole process group dies at the deadline. */
export async function runProcess(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = Bun.spawn({
    cmd: [...command],
    env: options.env === undefined ? cleanEnvironment() : { ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: stdinOf(options.stdin),
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    signalGroup(child.pid, 'SIGKILL');
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const outputs = [collect(child.stdout), collect(child.stderr)] as const;
  const exitCode = await child.exited;
  clearTimeout(deadline);
  await Promise.race([Promise.all(outputs.map((output) => output.ended)), Bun.sleep(LATE_OUTPUT_MS)]);
  const [stdout, stderr] = [outputs[0].stop(), outputs[1].stop()];
  const result = { code: timedOut ? -1 : exitCode, stdout, stderr };
  if (options.check === true && result.code !== 0) throw commandFailed(command, result);
  return result;
}

/** Runs a short command synchronously, for the process-exit hook; returns whether it succeeded. */
export function runNow(command: readonly string[]): boolean {
  const result = Bun.spawnSync({
    cmd: [...command],
    env: cleanEnvironment(),
    stdin: 'ignore',
    timeout: 10_000,
  });
  return result.exitCode === 0;
}

function commandFailed(command: readonly string[], result: RunResult): Error {
  const tail = `${result.stdout}\n${result.stderr}`.trim().slice(-2000);
  const how = result.code === -1 ? 'was killed at its deadline' : `ended with code ${result.code}`;
  return new Error(`${command.slice(0, 4).join(' ')} ${how}: ${tail}`);
}
