import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dir, 'main.ts');
const OUTPUT = join(import.meta.dir, 'output.ts');

let home: string;
let other: ReturnType<typeof Bun.serve>;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  other = Bun.serve({ port: 0, fetch: () => new Response('<p>Bad gateway</p>', HTML) });
});

afterAll(async () => {
  await other.stop(true);
  rmSync(home, { recursive: true, force: true });
});

const HTML = { status: 502, headers: { 'content-type': 'text/html' } };

async function muster(words: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, PROGRAM, ...words], {
    env: { ...Bun.env, MUSTER_CLI_CONFIG: join(home, 'login.json'), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, stdout, stderr };
}

test('AG-6: a long answer reaches a pipe whole, also where its reader is slow', async () => {
  const program = `import { print } from ${JSON.stringify(OUTPUT)}; print('x'.repeat(1_000_000)); process.exit(0);`;
  const child = Bun.spawn(['sh', '-c', '"$0" -e "$1" | { sleep 1; wc -c; }', process.execPath, program], {
    stdout: 'pipe',
  });

  expect((await new Response(child.stdout).text()).trim()).toBe('1000000');
});

test('AG-6: an answer that cannot be written is a failure, and a reader that has seen enough is none', async () => {
  const full = Bun.spawn(['sh', '-c', '"$0" "$1" completion bash > /dev/full', process.execPath, PROGRAM], {
    stderr: 'pipe',
  });
  expect(await full.exited).toBe(1);
  expect(await new Response(full.stderr).text()).toContain('no space left');

  const script = '{ "$0" "$1" completion fish; echo $? >&2; } | true';
  const closed = Bun.spawn(['sh', '-c', script, process.execPath, PROGRAM], { stderr: 'pipe' });
  expect(await new Response(closed.stderr).text()).toBe('0\n');
});

test('AG-6: wrong words are told with the command whose help says what is right, in JSON where JSON was asked for', async () => {
  const missing = await muster(['devices', 'show']);
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toBe(
    "muster: missing required argument 'device'. `muster devices show --help` says what it takes.\n",
  );

  const unknown = await muster(['devices', 'list', '--nonsense', '--json']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(unknown.stderr)).toMatchObject({ exit: 2 });
});

test('AG-6: an address without a scheme, and a page of something else than Muster, are said to be so', async () => {
  const bare = await muster(['whoami'], { MUSTER_SERVER: 'localhost:8080', MUSTER_TOKEN: 'x' });
  expect(bare.code).toBe(2);
  expect(bare.stderr).toContain('localhost:8080 is not the address of a console');

  const server = `http://localhost:${other.port}`;
  const foreign = await muster(['whoami'], { MUSTER_SERVER: server, MUSTER_TOKEN: 'x' });
  expect(foreign.code).toBe(7);
  expect(foreign.stderr).toContain(`${server} answered 502 with text/html, which is not Muster's API.`);

  const away = await muster(
    ['login', '--server', 'http://localhost:1', '--email', 'a@b.example', '--password'],
    {
      MUSTER_PASSWORD: 'whatever it is',
    },
  );
  expect(away.code).toBe(7);
  expect(away.stderr).toStartWith('muster: http://localhost:1 does not answer.');
});
