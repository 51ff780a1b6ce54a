import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server in a process of its own, as `npm start` runs it, without console build and local agent. */
export interface ServerProcess {
  readonly pid: number;
  /** `http://localhost:PORT`; waits until the server says it. */
  url(): Promise<string>;
  /** The one-time token of the first run. */
  setUpToken(): Promise<string>;
  /** Everything written so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Waits for the end. */
  exit(): Promise<number>;
}

export type ServerProcessOptions = {
  readonly data: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its words to start it through, such as setpriv. */
  readonly through?: readonly string[];
};

const START = join(import.meta.dir, '..', 'start.ts');
const READY_TIMEOUT_MS = 150_000;

/** Starts a server on free ports. */
export function startServerProcess({
  data,
  args = [],
  env = {},
  through = [],
}: ServerProcessOptions): ServerProcess {
  const ports = args.includes('--port') ? [] : ['--port', '0', '--gateway-port', '0'];
  const child = Bun.spawn({
    cmd: [
      ...through,
      process.execPath,
      '--no-orphans',
      START,
      '--data',
      data,
      ...ports,
      '--no-local-agent',
      ...args,
    ],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let text = '';
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const find = async (pattern: RegExp): Promise<string> => {
    for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await Bun.sleep(20)) {
      const found = pattern.exec(text)?.[1];
      if (found) return found;
      if (child.exitCode !== null) break;
    }
    throw new Error(`the server did not say ${pattern}; it wrote:\n${text}`);
  };
  return {
    pid: child.pid,
    url: () => find(/Console {2}(http:\/\/localhost:\d+)/),
    setUpToken: () => find(/#token=(\S+)/),
    output: () => text,
    kill: (signal) => child.kill(signal),
    exit: async () => {
      const code = await child.exited;
      await collected;
      return code;
    },
  };
}

/** A folder for one test, removed at its end. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'muster-server-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
