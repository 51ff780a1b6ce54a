import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');

/** How a program ended. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end with nothing on standard input but `input`. */
export async function runProgram(
  cmd: readonly string[],
  options: { env?: Record<string, string>; input?: string; timeoutMs?: number } = {},
): Promise<Ended> {
  const child = Bun.spawn({
    cmd: [...cmd],
    cwd: ROOT,
    env: { ...Bun.env, ...options.env },
    stdin: options.input === undefined ? 'ignore' : new Blob([options.input]),
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: options.timeoutMs ?? 180_000,
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, stdout, stderr };
}

/** Runs `muster` with the words given. */
export function muster(
  words: readonly string[],
  env: Record<string, string>,
  input?: string,
): Promise<Ended> {
  const program = [process.execPath, join(ROOT, 'apps/cli/src/main.ts'), ...words];
  return runProgram(program, { env, ...(input === undefined ? {} : { input }) });
}

/**
 * Calls one method of sentpulse.v1 with Buf's own client, which knows nothing of ours but the proto file.
 * `body` is the request as JSON; standard output is the answer as JSON.
 */
export function callSentpulse(
  server: { url: string; token: string | null },
  method: string,
  ask: { protocol: 'connect' | 'grpcweb'; body: unknown },
): Promise<Ended> {
  const authorization = server.token ? ['-H', `Authorization: Bearer ${server.token}`] : [];
  const buf = join(ROOT, 'node_modules/.bin/buf');
  const schema = join(ROOT, 'packages/contracts/proto');
  const url = `${server.url}/sentpulse.v1.${method}`;
  return runProgram([
    buf,
    'curl',
    '--schema',
    schema,
    '--protocol',
    ask.protocol,
    ...authorization,
    '-d',
    JSON.stringify(ask.body),
    url,
  ]);
}
