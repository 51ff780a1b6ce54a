import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');
const READY_WITHIN_MS = 180_000;

/** The first administrator of every server that a journey starts. */
export const ADMIN = {
  email: 'admin@example.test',
  password: 'correct horse battery staple',
  name: 'Ada Admin',
} as const;

/** A real server as its own process, on a data folder of its own. */
export type RunningServer = {
  readonly url: string;
  readonly port: number;
  readonly gatewayPort: number;
  readonly dataFolder: string;
  readonly pid: number;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** What it printed so far. */
  output(): string;
  /** Calls the API as the administrator; throws with the problem's text on an error. */
  api<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Ends the process with the signal and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends the process gracefully and removes the data folder if this call made it. */
  stop(): Promise<void>;
};

export type ServerOptions = {
  readonly port?: number;
  readonly gatewayPort?: number;
  readonly dataFolder?: string;
  readonly localAgent?: boolean;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts `apps/server/src/start.ts` as a user's `npm start` does, waits until it is healthy, and signs in. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  const gatewayPort = options.gatewayPort ?? (await freePort());
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'muster-e2e-'));
  const url = `http://localhost:${port}`;
  const child = spawnServer({ ...options, port, gatewayPort, dataFolder });
  let output = '';
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream)
      output = (output + decoder.decode(chunk, { stream: true })).slice(-200_000);
  };
  void collect(child.stdout);
  void collect(child.stderr);
  const end = async (signal: NodeJS.Signals = 'SIGINT') => {
    child.kill(signal);
    await child.exited;
    return child.exitCode;
  };
  try {
    await healthy(url, child, () => output);
    const token = await signIn(url);
    return {
      url,
      port,
      gatewayPort,
      dataFolder,
      pid: child.pid,
      token,
      output: () => output,
      api: (method, path, body, headers) => callApi(url, token, { method, path, body, headers }),
      end,
      stop: async () => {
        await end();
        if (!options.dataFolder) rmSync(dataFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}

function spawnServer(options: ServerOptions & { port: number; gatewayPort: number; dataFolder: string }) {
  return Bun.spawn({
    cmd: [
      process.execPath,
      '--no-orphans',
      join(ROOT, 'apps/server/src/start.ts'),
      '--data',
      options.dataFolder,
      '--port',
      String(options.port),
      '--gateway-port',
      String(options.gatewayPort),
      ...(options.localAgent ? [] : ['--no-local-agent']),
      ...(options.flags ?? []),
    ],
    cwd: ROOT,
    env: {
      ...Bun.env,
      MUSTER_ADMIN_EMAIL: ADMIN.email,
      MUSTER_ADMIN_PASSWORD: ADMIN.password,
      ...options.env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

async function healthy(url: string, child: { exitCode: number | null }, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`);
    const ready = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await Bun.sleep(100);
  }
  throw new Error(`the server was not healthy within ${READY_WITHIN_MS} ms:\n${output()}`);
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
  });
  if (!answer.ok)
    throw new Error(`the administrator could not sign in: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

async function callApi<Answer>(
  url: string,
  token: string,
  ask: { method: string; path: string; body: unknown; headers: Record<string, string> | undefined },
): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1${ask.path}`, {
    method: ask.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...ask.headers,
    },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  });
  const text = await answer.text();
  // Who waits for something by asking again and again is told to go slower.
  if (answer.status === 429 && ask.method === 'GET') {
    await Bun.sleep(250);
    return callApi(url, token, ask);
  }
  if (!answer.ok) throw new Error(`${ask.method} ${ask.path} answered ${answer.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** A loopback port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
