import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { RecordedSink } from '../../testing/recorded-sink.ts';
import { parseRelease } from './facts.ts';
import { reasonFromJobs } from './host.ts';
import { createSystem } from './index.ts';
import { parseStat } from './processes.ts';
import { unwrittenMappings } from './release-memory.ts';
import { unitFile } from './service.ts';

const MEBIBYTE = 1024 * 1024;
const system = createSystem();
const run = (...words: string[]) => Bun.spawnSync(words).stdout.toString();

/** Numbers of a machine that is at work while it is looked at: twice at the same moment is tried until it is so. */
async function isSeenAlike(ours: () => number, theirs: () => number, withinBytes: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if (Math.abs(ours() - theirs()) <= withinBytes) return true;
    await Bun.sleep(100);
  }
  return false;
}

function sampleTwice(): RecordedSink {
  const sink = new RecordedSink();
  const collectors = system.collectors();
  for (const collector of collectors) collector.sample(sink);
  for (const collector of collectors) collector.sample(sink);
  return sink;
}

test('TM-1: memory on this machine is what free says, within a few megabytes of what happens meanwhile', async () => {
  const free = () => run('free', '-b').split('\n')[1]?.split(/\s+/).map(Number) ?? [];
  const used = () => {
    const [, total = 0, , , , , available = 0] = free();
    return total - available;
  };

  expect(sampleTwice().get('memory.total')).toBe(free()[1] ?? 0);
  expect(await isSeenAlike(() => sampleTwice().get('memory.used'), used, 64 * MEBIBYTE)).toBe(true);
});

test('TM-1: the root disk on this machine is what df says', async () => {
  const df = (what: string) => Number(run('df', '-B1', `--output=${what}`, '/').split('\n')[1]);
  const used = () => sampleTwice().get('disk / disk.used');

  expect(sampleTwice().get('disk / disk.total')).toBe(df('size'));
  expect(await isSeenAlike(used, () => df('used'), 64 * MEBIBYTE)).toBe(true);
});

test('TM-1: every interface that ip shows on this machine is measured, loopback and cables of containers are not', () => {
  const names = (JSON.parse(run('ip', '-j', 'link')) as { ifname: string }[]).map((link) => link.ifname);
  const wanted = names.filter((name) => name !== 'lo' && !name.startsWith('veth')).slice(0, 32);
  const sink = sampleTwice();

  for (const name of wanted) expect(sink.get(`interface ${name} network.received`)).toBeGreaterThanOrEqual(0);
  expect(sink.values.has('interface lo network.received')).toBe(false);
});

test('RA-2: the processes of this machine are those that ps shows, with owner, parent and resident size', async () => {
  const child = Bun.spawn(['sleep', '60']);
  try {
    const found = system.processes.watch().snapshot();
    const listed = run('ps', '-eo', 'pid=,ppid=,user:32=,nlwp=').trim().split('\n');
    const ours = new Map(found.map((one) => [one.pid, one]));
    const same = listed.filter((line) => {
      const [pid, ppid, user, threads] = line.trim().split(/\s+/);
      const one = ours.get(Number(pid));
      return (
        one?.parentPid === Number(ppid) &&
        one.user === user &&
        Math.abs((one.threads ?? 0) - Number(threads)) < 9
      );
    });
    const resident = () => Number(run('ps', '-o', 'rss=', '-p', String(child.pid))) * 1024;
    const looks = system.processes.watch();
    const own = () => looks.snapshot().find((one) => one.pid === child.pid)?.memoryBytes ?? 0;

    expect(same.length).toBeGreaterThan(listed.length * 0.9);
    expect(await isSeenAlike(own, resident, MEBIBYTE / 4)).toBe(true);
  } finally {
    child.kill();
  }
});

test('RA-2: processor share is of one processor, since the look before', async () => {
  const busy = Bun.spawn(['sh', '-c', 'while :; do :; done']);
  /** Processor time of it that the kernel has counted so far, and when (milliseconds; a tick is 10). */
  const counted = () => {
    const ms = 10 * (parseStat(readFileSync(`/proc/${busy.pid}/stat`, 'utf8'))?.cpuTicks ?? 0);
    return { ms, at: performance.now() };
  };
  try {
    const looks = system.processes.watch();
    const before = counted();
    looks.snapshot();
    const begun = counted();
    let ended = begun;
    while (ended.ms - begun.ms < 500) {
      await Bun.sleep(50);
      ended = counted();
    }
    const share = looks.snapshot().find((one) => one.pid === busy.pid)?.cpuPercent ?? 0;
    const after = counted();

    expect(share).toBeGreaterThanOrEqual(((ended.ms - begun.ms - 20) / (after.at - before.at)) * 100 - 1);
    expect(share).toBeLessThanOrEqual(((after.ms - before.ms + 20) / (ended.at - begun.at)) * 100 + 1);
  } finally {
    busy.kill('SIGKILL');
  }
});

test('RA-2: a process is ended only under its own start token; one that has ended is gone', async () => {
  const child = Bun.spawn(['sleep', '60']);
  const token = system.processes.startToken(child.pid) ?? '';

  expect(system.processes.end(child.pid, `${token}1`, true)).toBe('gone');
  expect(child.killed).toBe(false);
  expect(system.processes.end(child.pid, token, false)).toBe('sent');
  await child.exited;
  expect(system.processes.startToken(child.pid)).toBeUndefined();
  expect(system.processes.end(child.pid, token, true)).toBe('gone');
});

test('EN-8: the facts of this machine are those of its own files and programs', async () => {
  const facts = await system.facts();

  expect(facts).toMatchObject({
    hostname: run('hostname').trim(),
    kernel: run('uname', '-r').trim(),
    os: 'linux',
    cpuCores: Number(run('nproc', '--all')),
    machineId: run('cat', '/etc/machine-id').trim(),
  });
  expect(facts.osName).toBe(parseRelease(run('cat', '/etc/os-release')).get('PRETTY_NAME') ?? '');
});

test('a process whose name holds brackets and blanks is read right', () => {
  const stat = '42 (a) b (c) S 7 1 1 0 -1 0 0 0 0 0 11 22 0 0 20 0 3 0 9876 1000 55 0';

  expect(parseStat(stat)).toMatchObject({
    name: 'a) b (c',
    state: 'S',
    parentPid: 7,
    cpuTicks: 33,
    threads: 3,
    startTicks: '9876',
    residentPages: 55,
  });
});

test("EN-11: from systemd's queue the goodbye knows a reboot, a shutdown and a mere stop apart", () => {
  expect(reasonFromJobs('12 muster-agent.service stop running\n13 reboot.target start waiting')).toBe(
    'reboot',
  );
  expect(reasonFromJobs('12 muster-agent.service stop running\n13 poweroff.target start waiting')).toBe(
    'shutdown',
  );
  expect(reasonFromJobs('12 muster-agent.service stop running')).toBe('stop');
  expect(reasonFromJobs('12 muster-agent.service restart running\n9 reboot.target stop waiting')).toBe(
    'stop',
  );
});

test("EN-5: the unit takes the runtime's own variables away, works in a folder of root's, and limits itself", () => {
  const unit = unitFile(system.places, { serverName: 'Example %n\nExecStart=/bin/evil' });

  for (const name of [
    'BUN_OPTIONS',
    'BUN_BE_BUN',
    'NODE_OPTIONS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_EXTRA_CA_CERTS',
  ]) {
    expect(unit).toMatch(new RegExp(`^UnsetEnvironment=.*\\b${name}\\b`, 'm'));
  }
  expect(unit).toContain('KillMode=process\n');
  expect(unit).toContain(`WorkingDirectory=${system.places.stateFolder}\n`);
  expect(unit).toMatch(/^MemoryMax=/m);
  expect(unit).toMatch(/^TasksMax=/m);
  expect(unit.match(/^ExecStart=/gm)).toHaveLength(1);
  expect(unit.split('\n')[1]).toBe('Description=Muster agent (managed by Example nExecStart=/bin/evil)');
});

test('only mappings of the program in which nothing was or can be written are taken out of memory', () => {
  const mapping = (head: string, anonymous: number) =>
    `${head}\nSize:   8 kB\nAnonymous:   ${anonymous} kB\nVmFlags: rd mr mw me\n`;
  const smaps = [
    mapping('00200000-01a39000 r--p 00000000 fe:00 123       /opt/muster-agent/muster-agent', 0),
    mapping('01a40000-01a50000 r-xp 01840000 fe:00 123       /opt/muster-agent/muster-agent', 0),
    mapping('06850000-06867000 r--p 06650000 fe:00 123       /opt/muster-agent/muster-agent', 12),
    mapping('06867000-06a3a000 rw-p 06667000 fe:00 123       /opt/muster-agent/muster-agent', 0),
    mapping('7f0000000000-7f0000001000 r--p 00000000 00:00 0 [vvar]', 0),
    mapping('7f0000100000-7f0000200000 r-xp 00000000 fe:00 77 /usr/lib/libm.so.6', 0),
  ].join('');

  expect(unwrittenMappings(smaps, 123)).toEqual([
    { from: 0x200000, length: 0x1839000 },
    { from: 0x1a40000, length: 0x10000 },
  ]);
});

test('EN-5: what is released leaves memory, and the program goes on as before', () => {
  const residentFile = () =>
    Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const before = residentFile();

  system.memory?.release();
  const after = residentFile();

  expect(after).toBeLessThan(before * 0.8);
  expect(JSON.parse(JSON.stringify({ at: new Date(0), text: 'x'.padEnd(3, 'y') }))).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    text: 'xyy',
  });
});
