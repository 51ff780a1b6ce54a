import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../platform/log/index.ts';
import { type AgentBuilds, createAgentBuilds, nativePlatform } from '../index.ts';
import { layAgentCheckout } from '../testing/agent-checkout.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

/** Stands where the agent's source does, so that this machine gets no service: it says how it was started. */
const RECORDER = `
const words = process.argv.slice(2);
const file = words[words.indexOf('--server-cert') + 1];
const certificate = words.includes('--server-cert') ? await Bun.file(file).text() : null;
const variable = (name) => Bun.spawnSync(['printenv', name]).stdout.toString().trim();
console.log('RECORD ' + JSON.stringify({ words, certificate, token: variable('MUSTER_TOKEN'), tags: variable('MUSTER_TAGS') }));
`;

let folder: string;
let builds: AgentBuilds;
let server: TestServer;
/** The installer insists on root, rightly; where tests run as somebody else, a word before `sh` cannot help. */
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.log('SKIPPED: the installer script: it installs as root, and the tests do not run as root');
const asRoot = test.skipIf(!isRoot);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-installers-'));
  const checkout = join(folder, 'checkout');
  await layAgentCheckout(checkout, RECORDER);
  await Bun.write(join(folder, 'bin', 'sudo'), SUDO);
  await chmod(join(folder, 'bin', 'sudo'), 0o755);
  builds = await createAgentBuilds({ checkout, dataDir: folder, version: '0.1.0', log: createLog('silent') });
  server = await startTestServer({ builds });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const aToken = async () =>
  server.enrolment.createToken(server.tenant.actor, {
    description: '',
    uses: 1,
    expiresInMs: 3_600_000,
    tags: {},
    needsApproval: false,
  });

/** Stands where sudo does: says what everybody on the machine can read of its arguments, and runs the command. */
const SUDO = `#!/bin/sh
echo "SUDO $*"
while [ "\${1#--}" != "$1" ]; do shift; done
exec env "$@"
`;

/** Runs an installer line in a shell of its own. */
async function run(line: string, environment: Record<string, string> = {}) {
  const temporary = await mkdtemp(join(folder, 'run-'));
  const variables = Object.entries({ TMPDIR: temporary, ...environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const shell = Bun.spawn(['env', ...variables, 'sh', '-c', `PATH="${join(folder, 'bin')}:$PATH"; ${line}`], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err, code] = await Promise.all([
    new Response(shell.stdout).text(),
    new Response(shell.stderr).text(),
    shell.exited,
  ]);
  const record = /^RECORD (.*)$/m.exec(out)?.[1];
  return {
    code,
    text: out + err,
    left: await readdir(temporary),
    record: record === undefined ? undefined : (JSON.parse(record) as Recorded),
  };
}
type Recorded = { words: string[]; certificate: string | null; token: string; tags?: string };

async function shellLine() {
  const { install, secret } = await aToken();
  return { secret, line: install.find((one) => one.system === 'linux')?.line ?? '' };
}

asRoot(
  'EN-1: the line of the console fetches the agent over the pinned key, checks it and starts its installation',
  async () => {
    const { secret, line } = await shellLine();

    const { record, left, text } = await run(`${line} -s -- --tag role=server --policy manage`, {
      MUSTER_TAGS: 'rack=b2',
    });

    expect(record, text).toMatchObject({
      token: secret,
      tags: 'rack=b2',
      certificate: server.consoleCertificate,
    });
    expect(record?.words[0]).toBe('install');
    expect(record?.words.join(' ')).toContain(`--server ${server.url}`);
    expect(record?.words.join(' ')).toContain('--tag role=server --policy manage');
    expect(record?.words.join(' ')).not.toContain(secret);
    expect(/^SUDO .*$/m.exec(text)?.[0]).not.toContain(secret);
    expect(left).toEqual([]);
  },
);

test('curl checks the pin: with another one the line fetches nothing', async () => {
  const { line } = await shellLine();
  const otherPin = Buffer.alloc(32, 1).toString('base64');

  const { text, record } = await run(line.replace(server.pin, otherPin));

  expect(line).toContain(`-fsSk --pinnedpubkey sha256//${server.pin}`);
  expect(text).toContain('curl: (90)');
  expect(record).toBeUndefined();
});

test('the pin in the script is checked too, so that a server that changes in between is refused', async () => {
  const script = await fetch(`${server.url}/install.sh`, { tls: { ca: server.consoleCertificate } });
  const text = await script.text();
  const changed = join(folder, 'changed.sh');
  await Bun.write(changed, text.replaceAll(server.pin, Buffer.alloc(32, 2).toString('base64')));
  await chmod(changed, 0o700);

  const outcome = await run(`MUSTER_TOKEN=x sh ${changed}`);

  expect(outcome.code).not.toBe(0);
  expect(outcome.record).toBeUndefined();
});

asRoot('an agent that is not what the server announced is not started', async () => {
  const platform = nativePlatform();
  if (platform === undefined) throw new Error('no agent is built for this system');
  const build = await builds.ensure(platform);
  const wrong = { ...build, sha256: 'f'.repeat(64) };
  const lying = await startTestServer({ builds: { ...builds, find: () => build, list: builds.list } });
  const script = await (
    await fetch(`${lying.url}/install.sh`, { tls: { ca: lying.consoleCertificate } })
  ).text();
  const changed = join(folder, 'lying.sh');
  await Bun.write(changed, script.replaceAll(build.sha256, wrong.sha256));

  const { code, text, record } = await run(`MUSTER_TOKEN=x sh ${changed}`);

  expect(code).not.toBe(0);
  expect(text).toContain('is not the one that was announced');
  expect(record).toBeUndefined();
  await lying.stop();
});

asRoot('without a token, and for a system without a build, the installer says what to do', async () => {
  const bare = await startTestServer({
    builds: { ...builds, find: () => undefined, isMadeOnDemand: () => false, list: () => [] },
  });
  const pinned = `curl -fsSk --pinnedpubkey sha256//${bare.pin} ${bare.url}/install.sh`;

  expect((await run(`${pinned} | sh`)).text).toContain('MUSTER_TOKEN is not set');
  const absent = await run(`${pinned} | MUSTER_TOKEN=x sh`);
  expect(absent.text).toContain('This server has no agent for');
  expect(absent.code).not.toBe(0);
  await bare.stop();
});

test('an installer that was cut off on its way does nothing', async () => {
  const script = await (
    await fetch(`${server.url}/install.sh`, { tls: { ca: server.consoleCertificate } })
  ).text();
  const cut = join(folder, 'cut.sh');

  for (const share of [0.3, 0.6, 0.9, 0.99]) {
    await Bun.write(cut, script.slice(0, Math.floor(script.length * share)));
    const { record, text } = await run(`MUSTER_TOKEN=x sh ${cut}`);
    expect(record).toBeUndefined();
    expect(text).not.toContain('fetching');
  }
});

asRoot('a machine that lets nothing run from its temporary folder says so, and what to do', async () => {
  const { line } = await shellLine();
  const closed = await mkdtemp(join(folder, 'noexec-'));
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'noexec,size=256m', 'tmpfs', closed]);
  if (mounted.exitCode !== 0)
    return console.log('SKIPPED: an installer on a noexec folder: nothing is mounted here');

  const { code, text, record } = await run(line, { TMPDIR: closed });
  Bun.spawnSync(['umount', closed]);

  expect(code).toBe(1);
  expect(text).toContain('Permission denied');
  expect(text).toContain('put TMPDIR=/root behind sudo');
  expect(record).toBeUndefined();
});

test('a Host header that is none does not get into a script', async () => {
  const answer = await fetch(`${server.url}/install.sh`, {
    headers: { host: "evil'; rm -rf" },
    tls: { ca: server.consoleCertificate, serverName: '127.0.0.1' },
  }).catch(() => undefined);

  expect(answer?.status ?? 400).toBe(400);
});

test('without TLS, on loopback, nothing is pinned and no certificate is handed over', async () => {
  const plain = await startTestServer({ tls: 'none', builds });
  const { install } = await plain.enrolment.createToken(plain.tenant.actor, {
    description: '',
    uses: 1,
    expiresInMs: 3_600_000,
    tags: {},
    needsApproval: false,
  });
  const script = await (await fetch(`${plain.url}/install.sh`)).text();

  expect(install[0]?.line).toStartWith(`curl -fsS ${plain.url}/install.sh | MUSTER_TOKEN=mst_`);
  expect(script).not.toContain('pinnedpubkey');
  expect(script).not.toContain('BEGIN CERTIFICATE');
  await plain.stop();
});

test('the build and its SHA-256 are served as they are', async () => {
  const platform = nativePlatform();
  if (platform === undefined) throw new Error('no agent is built for this system');
  const build = await builds.ensure(platform);
  const get = (path: string) =>
    fetch(`${server.url}/install/agent/${path}`, { tls: { ca: server.consoleCertificate } });

  const bytes = await (await get(platform)).bytes();
  expect(new Bun.CryptoHasher('sha256').update(bytes).digest('hex')).toBe(build.sha256);
  expect((await (await get(`${platform}.sha256`)).text()).trim()).toBe(build.sha256);
  expect((await get('amiga-68k')).status).toBe(404);
  expect(builds.list().find((one) => one.platform === platform)?.state).toBe('ready');
});
