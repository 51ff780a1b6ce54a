import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@muster/contracts';
import { compileAgent, LocalAgent, until } from '@muster/e2e';
import { endsWith } from '../ending.ts';
import { makeFolder } from '../make-folder.ts';
import { percentile } from '../measure/percentile.ts';
import { processFigures } from '../measure/process-figures.ts';
import type { Report } from '../measure/report.ts';
import { socketBytes } from '../measure/sockets.ts';
import { type ServerUnderTest, startServerUnderTest } from '../server-under-test.ts';
import { startSwarm } from '../swarm/start-swarm.ts';

/*
 * The compiled agent tells this very machine's inventory: the first time whole, then again and again while nothing
 * changes. Its updates are weighed as they lie ready to be sent, its socket by the kernel, the collecting process with
 * the package managers that it starts by the kernel's own count when it ends. Then the server stores whole inventories.
 */

const LIMITS = { wireBytes: 2_000, cpuMs: 100 };
const PUSHES_AT_ONCE = 4;

export type InventorySizes = {
  readonly runs: number;
  readonly devices: number;
  readonly packages: number;
};

/** See the head of this file. */
export async function inventory(report: Report, sizes: InventorySizes): Promise<void> {
  report.context({ ...sizes, pushesAtOnce: PUSHES_AT_ONCE });
  const folder = makeFolder();
  const server = await startServerUnderTest();
  const agent = new LocalAgent(await compileAgent(folder.path), join(folder.path, 'state'));
  const endAgent = endsWith(() => agent.end());
  try {
    await agent.enrol(server.url, await server.enrolmentToken(1));
    agent.start();
    await until('the agent is online', async () => (await isOnline(server, agent.deviceId)) || undefined);
    await wholeOnce(report, server, agent);
    await unchanged(report, { server, agent, runs: sizes.runs });
    await endAgent();
    await collecting(report, agent, sizes.runs);
    await storing(report, server, sizes);
  } finally {
    await endAgent();
    await server.stop();
    await folder.remove();
  }
}

async function isOnline(server: ServerUnderTest, deviceId: string): Promise<boolean> {
  return (await server.api<{ presence: string }>('GET', `/devices/${deviceId}`)).presence === 'online';
}

async function collect(server: ServerUnderTest, deviceId: string): Promise<number> {
  const path = `/devices/${deviceId}/commands/inventory.collect`;
  const { id } = await server.api<Command>('POST', path, { payload: {} });
  const ended = await until('the collection ends', async () => {
    const command = await server.api<Command>('GET', `/commands/${id}`);
    return command.endedAt !== null && command;
  });
  if (ended.state !== 'succeeded') throw new Error(`the collection ended as ${ended.state}`);
  const { categories } = ended.result as { categories: { changes: number }[] };
  return categories.reduce((sum, { changes }) => sum + changes, 0);
}

const outboxBytes = (agent: LocalAgent): number => statSync(join(agent.state, 'inventory.outbox')).size;

async function wholeOnce(report: Report, server: ServerUnderTest, agent: LocalAgent): Promise<void> {
  const begun = performance.now();
  const items = await collect(server, agent.deviceId);
  report.tell('first inventory: items', items, 'count');
  report.tell('first inventory: updates', outboxBytes(agent), 'bytes');
  report.tell('first inventory: from asking to stored', performance.now() - begun, 'ms');
}

type Running = { readonly server: ServerUnderTest; readonly agent: LocalAgent; readonly runs: number };

/** Ports and sessions come and go on a machine that works: what changed meanwhile is told, and not counted as unchanged. */
async function unchanged(report: Report, { server, agent, runs }: Running): Promise<void> {
  const updates: number[] = [];
  const wire: number[] = [];
  const cpu: number[] = [];
  let disturbed = 0;
  for (let run = 0; run < runs; run += 1) {
    const before = { wire: socketBytes(agent.pid), cpuMs: processFigures(agent.pid).cpuMs };
    const changes = await collect(server, agent.deviceId);
    if (changes > 0) {
      disturbed += 1;
      continue;
    }
    updates.push(outboxBytes(agent));
    wire.push(socketBytes(agent.pid) - before.wire);
    cpu.push(processFigures(agent.pid).cpuMs - before.cpuMs);
  }
  if (updates.length === 0) throw new Error('the machine changed in each run; let it rest');
  report.below('unchanged: updates, largest', Math.max(...updates), 'bytes', LIMITS.wireBytes);
  report.tell(
    'unchanged: both ways on its socket, with the command and what telemetry fell into it, median',
    percentile(wire, 0.5),
    'bytes',
  );
  report.tell('unchanged: processor of the agent itself, median', percentile(cpu, 0.5), 'ms');
  report.tell('runs in which something changed', disturbed, 'count');
}

async function collecting(report: Report, agent: LocalAgent, runs: number): Promise<void> {
  const cpu: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const child = Bun.spawn([agent.binary, 'inventory', '--state', agent.state], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', MUSTER_INVENTORY_AT: String(Date.now()) },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
    });
    if ((await child.exited) !== 0) throw new Error('the collecting process failed');
    cpu.push(Number(child.resourceUsage()?.cpuTime.total ?? Number.NaN) / 1_000);
  }
  report.below('unchanged: processor of collecting, median', percentile(cpu, 0.5), 'ms', LIMITS.cpuMs);
  report.tell('unchanged: processor of collecting, most', Math.max(...cpu), 'ms');
}

async function storing(
  report: Report,
  server: ServerUnderTest,
  { devices, packages }: InventorySizes,
): Promise<void> {
  const swarm = startSwarm();
  try {
    const token = await server.enrolmentToken(devices);
    const ids = await swarm.enrol({ url: server.url, token, count: devices });
    for (const [name, version] of [
      ['whole, new to the server', '1.0'],
      ['whole, as they were', '1.0'],
      ['whole, with each package changed', '1.1'],
    ] as const) {
      const begun = performance.now();
      await pushAll(server, ids, packagesOf(packages, version));
      report.tell(`inventories stored, ${name}`, (devices / (performance.now() - begun)) * 1_000, 'per s');
    }
    const sql = server.sql();
    const [stored] = await sql`select count(*)::int as rows from device_software s join devices d on
      d.device_no = s.device_no where d.id = any (${sql.array(ids, 'uuid')})`;
    report.below('packages missing of those pushed', devices * packages - stored.rows, 'count', 0);
  } finally {
    await swarm.stop();
  }
}

async function pushAll(server: ServerUnderTest, ids: readonly string[], items: unknown): Promise<void> {
  const waiting = [...ids];
  const pusher = async () => {
    for (let deviceId = waiting.pop(); deviceId; deviceId = waiting.pop()) {
      const collectedAt = new Date().toISOString();
      const categories = [{ category: 'software', collectedAt, items }];
      await server.api('POST', '/inventory', { deviceId, categories });
    }
  };
  await Promise.all(Array.from({ length: PUSHES_AT_ONCE }, pusher));
}

function packagesOf(count: number, version: string) {
  return Array.from({ length: count }, (_, at) => ({
    kind: 'package',
    key: `deb/amd64/${version}/package-${at}`,
    fields: {
      ecosystem: 'deb',
      name: `package-${at}`,
      version,
      arch: 'amd64',
      publisher: null,
      installedAt: null,
      sizeBytes: 1_024,
    },
  }));
}
