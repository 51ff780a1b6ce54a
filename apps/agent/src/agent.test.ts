import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSnapshot } from '@muster/contracts';
import { CommandState, DeviceState } from '@muster/contracts/wire';
import { createSystem } from './os/linux/index.ts';
import { AgentProcess, until } from './testing/agent-process.ts';
import { TestGateway } from './testing/test-gateway.ts';

/** Each of these starts processes, and the machine may have other things to do. */
setDefaultTimeout(240_000);

let gateway: TestGateway;
let agent: AgentProcess;
const system = createSystem();

beforeEach(async () => {
  gateway = await new TestGateway(26700, 26701).start();
  agent = new AgentProcess(gateway);
});
afterEach(async () => {
  await agent.dispose();
  await gateway.stop();
});
const children: Bun.Subprocess[] = [];
beforeAll(() => void children.splice(0));
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A process that does not end when it is asked to, and has said so. */
async function stubborn(): Promise<Bun.Subprocess> {
  const child = Bun.spawn(['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'], {
    stdout: 'pipe',
  });
  children.push(child);
  await child.stdout.getReader().read();
  return child;
}

function sleeper(): Bun.Subprocess {
  const child = Bun.spawn(['sleep', '300']);
  children.push(child);
  return child;
}

async function connected(): Promise<void> {
  await agent.enrol();
  agent.start();
  await until('the agent connects', () => gateway.connected === 1);
}

async function deliver(name: string, payloadJson: unknown, more = {}): Promise<string> {
  const commandId = crypto.randomUUID();
  const sequence = BigInt(gateway.updates.length + 1 + Math.floor(Math.random() * 1e6));
  const body = { name, payloadJson, commandId, sequence, deviceId: gateway.deviceId, ...more };
  gateway.deliver(await gateway.signer.envelope(body));
  return commandId;
}

const stateOf = (commandId: string) => gateway.lastUpdate(commandId)?.state;
const hasEnded = (commandId: string) => (stateOf(commandId) ?? 0) >= CommandState.SUCCEEDED;

test("EN-1: an expired token fails loudly, with the server's own reason, and leaves no identity", async () => {
  const { code, stderr } = await agent.enrol('expired');

  expect(code).toBe(1);
  expect(stderr).toContain('The enrolment token has expired: create another in the console.');
  expect(await Bun.file(join(agent.folder, 'identity.json')).exists()).toBe(false);
});

test('EN-1, EN-2: a right token gives an identity that only its owner can read; again, it is repaired', async () => {
  const first = await agent.enrol();
  const deviceId = gateway.deviceId;
  const second = await agent.enrol();

  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.stdout).toContain('repaired');
  expect(gateway.deviceId).toBe(deviceId);
  expect(statSync(join(agent.folder, 'device.key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(agent.folder, 'identity.json')).mode & 0o777).toBe(0o600);
});

test('EN-11, HB-1: an enrolled agent proves itself, sends facts, instances, check-ins and samples', async () => {
  await connected();
  for (const kind of ['checkIn', 'facts', 'instances', 'sample']) {
    await until(`${kind} arrives`, () => gateway.frames.some((frame) => frame.body.case === kind));
  }

  const facts = gateway.frames.find((frame) => frame.body.case === 'facts')?.body.value as {
    agentVersion: string;
  };
  expect(facts).toMatchObject({ os: 'linux', agentVersion: '0.1.0' });
  expect(gateway.hellos[0]?.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const status = await agent.command(['status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({
    enrolled: true,
    connection: 'ready',
    processId: agent.pid,
  });
});

test('HB-1: live mode sends a sample each second and ends by itself', async () => {
  gateway.settings = { ...gateway.settings, sampleIntervalMs: 600_000 };
  await connected();
  const samples = () => gateway.frames.filter((frame) => frame.body.case === 'sample').length;
  gateway.send({ case: 'liveMode', value: { intervalMs: 1_000, durationMs: 3_000 } });

  // By itself it sends one each ten minutes.
  await until('samples come', () => samples() >= 3);
  for (let before = -1; before !== samples(); ) {
    before = samples();
    await Bun.sleep(3_000);
  }
}, 120_000);

test('RA-2: process.list shows a process of this machine as ps shows it', async () => {
  const child = sleeper();
  await connected();
  const commandId = await deliver('process.list', {});
  await until('the list comes', () => hasEnded(commandId));

  const update = gateway.lastUpdate(commandId);
  const snapshot = JSON.parse(new TextDecoder().decode(update?.payload)) as ProcessSnapshot;
  const found = snapshot.processes.find((one) => one.pid === child.pid);
  const [user, state] = Bun.spawnSync(['ps', '-o', 'user=,stat=', '-p', String(child.pid)])
    .stdout.toString()
    .split(/\s+/);
  expect(update?.state).toBe(CommandState.SUCCEEDED);
  expect(found).toMatchObject({ name: 'sleep', command: 'sleep 300', parentPid: process.pid, user });
  expect(state?.startsWith('S') ? 'sleeping' : state).toBe(found?.state);
});

test('RA-2: process.kill ends exactly the process that was named, and says so after looking', async () => {
  const child = sleeper();
  await connected();
  const payload = {
    pid: child.pid,
    startToken: system.processes.startToken(child.pid),
    bootId: system.bootId(),
  };
  const wrong = await deliver('process.kill', { ...payload, startToken: '1' });
  await until('the wrong one ends', () => hasEnded(wrong));
  const survived = child.exitCode === null && child.signalCode === null;
  const right = await deliver('process.kill', payload);
  await until('the right one ends', () => hasEnded(right));

  expect(gateway.lastUpdate(wrong)).toMatchObject({
    state: CommandState.FAILED,
    errorCode: 'process_changed',
  });
  expect(survived).toBe(true);
  await child.exited;
  expect(child.signalCode).toBe('SIGTERM');
  expect(JSON.parse(new TextDecoder().decode(gateway.lastUpdate(right)?.payload))).toEqual({
    ended: true,
    forced: false,
    alreadyGone: false,
  });
});

test('RA-2: a process that does not listen is forced after the grace time', async () => {
  const child = await stubborn();
  await connected();
  const payload = {
    pid: child.pid,
    startToken: system.processes.startToken(child.pid),
    bootId: system.bootId(),
  };
  const commandId = await deliver('process.kill', { ...payload, graceMs: 500 });
  await until('it ends', () => hasEnded(commandId));

  expect(JSON.parse(new TextDecoder().decode(gateway.lastUpdate(commandId)?.payload))).toMatchObject({
    forced: true,
  });
  await child.exited;
  expect(child.signalCode).toBe('SIGKILL');
});

test('HB-1, HB-5: with the socket lost, a beacon carries check-ins up and commands down', async () => {
  gateway.settings = { ...gateway.settings, beaconIntervalS: 1 };
  await connected();
  gateway.acceptsSockets = false;
  await gateway.cut();
  gateway.listen();
  await until('a beacon comes', () => gateway.beacons.length > 0);
  const commandId = crypto.randomUUID();
  const body = { name: 'process.list', commandId, sequence: 7n, deviceId: gateway.deviceId };
  gateway.beaconEnvelopes.push(await gateway.signer.envelope(body));
  await until('the result comes by beacon', () => hasEnded(commandId), 90_000);

  expect(gateway.connected).toBe(0);
  expect(stateOf(commandId)).toBe(CommandState.SUCCEEDED);
}, 180_000);

test('a command that was running when the agent was killed is not run again: what became of it is found out', async () => {
  const child = await stubborn();
  await connected();
  const payload = {
    pid: child.pid,
    startToken: system.processes.startToken(child.pid),
    bootId: system.bootId(),
  };
  const commandId = await deliver('process.kill', { ...payload, graceMs: 30_000 });
  await until('it runs', () => stateOf(commandId) === CommandState.RUNNING);
  await agent.end('SIGKILL');
  agent.start();
  await until('it ends', () => hasEnded(commandId));

  expect(stateOf(commandId)).toBe(CommandState.INTERRUPTED);
  expect(child.signalCode).toBeNull();
});

test('a command that took effect before the agent was killed is reported as done', async () => {
  const child = sleeper();
  await connected();
  gateway.acknowledgesUpdates = false;
  const payload = {
    pid: child.pid,
    startToken: system.processes.startToken(child.pid),
    bootId: system.bootId(),
  };
  const commandId = await deliver('process.kill', payload);
  await until('it ends', () => hasEnded(commandId));
  await agent.end('SIGKILL');
  const before = gateway.updates.length;
  gateway.acknowledgesUpdates = true;
  agent.start();
  await until('it is said again', () => gateway.updates.length > before);

  expect(stateOf(commandId)).toBe(CommandState.SUCCEEDED);
});

test('EN-1: repaired or enrolled elsewhere while it runs, the agent that ends does not bring the old identity back', async () => {
  await connected();
  await agent.enrol();
  const repaired = await Bun.file(join(agent.folder, 'identity.json')).text();
  await agent.end();
  const afterRepair = await Bun.file(join(agent.folder, 'identity.json')).text();
  gateway.deviceId = '';
  await agent.enrol();
  agent.start();
  await until('it connects as another device', () => gateway.hellos.at(-1)?.deviceId === gateway.deviceId);

  expect(afterRepair).toBe(repaired);
  expect(gateway.hellos.at(-1)).toMatchObject({ sequenceSeen: 0n, pendingMinutes: 0 });
});

test('a second agent on the same state folder is refused', async () => {
  await connected();
  const second = await agent.command(['run']);

  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`process ${agent.pid}`);
});

test('EN-11: ended by its service manager, the agent says goodbye with the reason and exits with 0', async () => {
  await connected();
  const code = await agent.end('SIGTERM');
  await until('the goodbye arrives', () => gateway.frames.some((frame) => frame.body.case === 'goodbye'));

  expect(code).toBe(0);
  expect(gateway.frames.find((frame) => frame.body.case === 'goodbye')?.body.value).toMatchObject({
    reason: 'stop',
  });
});

test('EN-11: a list of processes that somebody watches does not keep the agent from ending', async () => {
  await connected();
  const commandId = await deliver('process.list', { watch: { durationMs: 600_000, intervalMs: 1_000 } });
  await until('it runs', () => stateOf(commandId) === CommandState.RUNNING);

  // It is watched for ten minutes, which is longer than this test may take.
  expect(await agent.end('SIGTERM')).toBe(0);
});

test('EN-1: told that its disk is a clone, the agent takes a key and a pending identity of its own', async () => {
  await connected();
  const original = gateway.deviceId;
  await agent.end();
  gateway.rejects = { code: 'clone', message: 'this disk was copied', retryAfterMs: 0 };
  agent.start();
  await until('another identity is asked for', () => gateway.deviceId !== original);
  gateway.rejects = undefined;
  await until('it connects under it', () => gateway.hellos.at(-1)?.deviceId === gateway.deviceId);

  expect(gateway.state).toBe(DeviceState.PENDING);
});

test('EN-3: a new token that the server gives is kept and carried from then on', async () => {
  gateway.newToken = 'token-2';
  await connected();
  await agent.end();
  agent.start();
  await until('it connects again', () => gateway.hellos.length === 2);

  expect(gateway.hellos.map((hello) => hello.deviceToken)).toEqual(['token-1', 'token-2']);
});

test('an answer of another installation, or a frame that is none, ends the connection and not the agent', async () => {
  await connected();
  gateway.sendRaw(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff]));
  await until('it comes back', () => gateway.hellos.length >= 2);
  gateway.sendRaw(new Uint8Array([0xf2, 0x07, 0x01, 0x00]));
  await until('it says what it did not understand', () =>
    gateway.frames.some((frame) => frame.body.case === 'unknown'),
  );

  expect(gateway.frames.find((frame) => frame.body.case === 'unknown')?.body.value).toMatchObject({
    field: 126,
  });
}, 120_000);

test('HB-1: woken up, an agent that waits for its next attempt dials at once, however often it lost the server', async () => {
  await connected();
  for (let loss = 1; loss <= 3; loss++) {
    gateway.rejects = { code: 'busy', message: 'come back in an hour', retryAfterMs: 3_600_000 };
    await gateway.cut();
    gateway.listen();
    await until('it waits for an hour', () => agent.log.split('come back in an hour').length > loss);
    gateway.rejects = undefined;
    await until('it is back', () => {
      process.kill(agent.pid, 'SIGUSR2');
      return gateway.connected === 1;
    });
  }
}, 120_000);
