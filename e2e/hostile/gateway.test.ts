import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import type { ProcessSnapshot } from '@muster/contracts';
import { CommandState, CommandUpdateSchema, MAX_FRAME_BYTES } from '@muster/contracts/wire';
import { type ChaosProxy, startChaosProxy } from '@muster/lab';
import {
  type AgentIdentity,
  agentTls,
  connectAgent,
  signHello,
} from '../../apps/server/src/platform/gateway/testing/agent-client.ts';
import {
  compileAgent,
  createFleet,
  freePort,
  LocalAgent,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';

/** The gateway against agents that are strangers, older, newer, or out of their minds; and agents against its double. */
setDefaultTimeout(240_000);

let folder: string;
let server: RunningServer;
let double: RunningServer;
let agent: LocalAgent;
let line: ChaosProxy | undefined;
/** Of a device that is enrolled and whose agent the tests play. */
let identity: AgentIdentity;
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-gateway-'));
  let binary: string;
  [binary, server, double] = await Promise.all([compileAgent(folder), startServer(), startServer()]);
  agent = new LocalAgent(binary, join(folder, 'agent'));
  await agent.enrol(server.url, await fleet.newToken());
  const played = new LocalAgent(binary, join(folder, 'played'));
  await played.enrol(server.url, await fleet.newToken());
  identity = readIdentity(played.state);
});

afterAll(async () => {
  await agent?.end('SIGKILL');
  await line?.stop();
  await Promise.all([server?.stop(), double?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function readIdentity(state: string): AgentIdentity {
  const stored = JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8'));
  const pem = readFileSync(join(state, 'device.key'), 'utf8');
  const privateKey = createPrivateKey(pem);
  return {
    deviceId: stored.deviceId,
    installationId: stored.installationId,
    certificate: stored.deviceCertificate,
    serverCa: stored.serverCa,
    deviceToken: stored.deviceToken,
    key: {
      privateKey,
      pem,
      spki: new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
      sign: (bytes) => new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
    },
  };
}
const gateway = () => `127.0.0.1:${server.gatewayPort}`;
async function welcomed() {
  const connection = await connectAgent(gateway(), identity);
  await connection.hello();
  await connection.next('welcome');
  return connection;
}
const nonceFrom = (port: number, tls: object) => fetch(`https://127.0.0.1:${port}/agent/v1/nonce`, { tls });

test("EN-2: behind the server's own address and name a stranger's server gets nothing from an agent", async () => {
  const port = await freePort();
  const listen = { hostname: '127.0.0.1', port };
  const lineTo = (target: number) =>
    startChaosProxy({ listen, target: { hostname: '127.0.0.1', port: target } });
  line = await lineTo(server.gatewayPort);
  await agent.dial(`127.0.0.1:${port}`);
  agent.start();
  await fleet.presence(agent.deviceId, 'online');

  await line.stop();
  line = await lineTo(double.gatewayPort);
  const other = line;
  await until('the agent knocks there again and again', () => other.stats().accepted >= 2, 60_000);
  await Bun.sleep(500);
  const { log } = agent;
  await line.stop();
  line = await lineTo(server.gatewayPort);
  await fleet.presence(agent.deviceId, 'online', 60_000);

  expect(log).toMatch(/certificate|TLS/i);
  expect(log.match(/>connected$/gm)?.length).toBe(1);
  expect((await double.api<{ items: object[] }>('GET', '/devices')).items).toEqual([]);
  expect(await (await fetch(`${double.url}/metrics`)).text()).not.toMatch(
    /^muster_gateway_handshakes_total\{.*\} [1-9]/m,
  );
});

test("EN-2: the gateway's TLS lets in nobody without a certificate of its own device authority", async () => {
  const { ca, serverName } = agentTls(identity);
  const right = await nonceFrom(server.gatewayPort, agentTls(identity));

  expect(right.status).toBe(200);
  await expect(nonceFrom(server.gatewayPort, { ca, serverName })).rejects.toThrow();
  await expect(nonceFrom(double.gatewayPort, agentTls(identity))).rejects.toThrow();
});

test('EN-2: an overheard hello is worth nothing on the next connection', async () => {
  const first = await connectAgent(gateway(), identity);
  const { nonce } = await first.next('challenge');
  const hello = signHello(identity, nonce);
  first.send(hello);
  await first.next('welcome');
  first.close();

  const second = await connectAgent(gateway(), identity);
  await second.next('challenge');
  second.send(hello);

  expect((await second.next('rejected')).code).toBe('bad_signature');
  await second.closed;
});

test('IN-9: a newer agent is told which of its frames this server does not know, and is served', async () => {
  const connection = await welcomed();

  // Field 99, length-delimited, empty: a frame of some later year.
  connection.sendRaw(new Uint8Array([0x9a, 0x06, 0x00]));

  expect((await connection.next('unknown')).field).toBe(99);
  connection.send({
    case: 'checkIn',
    value: { $typeName: 'muster.agent.v1.CheckIn', id: 7n, minutes: [], minutesLeft: 0 },
  });
  expect((await connection.next('checkInReply')).id).toBe(7n);
  connection.close();
});

test('EN-12: an agent older than the oldest protocol is refused with what to do about it', async () => {
  const connection = await connectAgent(gateway(), identity);
  await connection.hello({ protocol: 0 });

  const rejected = await connection.next('rejected');

  expect(rejected.code).toBe('protocol_too_old');
  expect(rejected.message).toContain('installer');
});

test('garbage is answered and then cut, too much at once is cut, and nobody else notices', async () => {
  await fleet.presence(agent.deviceId, 'online', 60_000);
  const garbage = await welcomed();
  for (let count = 0; count < 20; count++)
    garbage.sendRaw(crypto.getRandomValues(new Uint8Array(64)).fill(0xff, 0, 4));
  const answer = await garbage.next('error');
  await garbage.closed;
  const oversized = await welcomed();
  oversized.sendRaw(new Uint8Array(MAX_FRAME_BYTES + 1));
  await oversized.closed;
  const early = await connectAgent(gateway(), identity);
  early.send({ case: 'goodbye', value: { $typeName: 'muster.agent.v1.Goodbye', reason: 'shutdown' } });
  await early.closed;

  expect(answer.code).toBe('malformed');
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect((await fleet.device(agent.deviceId)).presence).toBe('online');
  const { id } = await fleet.run(agent.deviceId, 'process.list', {});
  expect((await fleet.ended(id)).state).toBe('succeeded');
});

test("RA-10: a device cannot say how another device's command ended", async () => {
  await agent.end();
  await fleet.presence(agent.deviceId, 'offline');
  const { id } = await fleet.run(agent.deviceId, 'process.list', {});
  const connection = await welcomed();

  connection.send({
    case: 'commandUpdate',
    value: create(CommandUpdateSchema, { commandId: id, state: CommandState.FAILED, errorCode: 'lie' }),
  });
  await Bun.sleep(300);
  const meanwhile = await fleet.command(id);
  connection.close();
  agent.start();
  const ended = await fleet.ended(id);

  expect(meanwhile.state).toBe('queued');
  expect(ended.state).toBe('succeeded');
  expect((ended.result as ProcessSnapshot).processes.length).toBeGreaterThan(0);
});
