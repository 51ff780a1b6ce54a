import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEACON_NONCE_PATH, gatewayServerName } from '@muster/contracts/wire';
import {
  certificatePem,
  createAuthority,
  issueDeviceCertificate,
  issueServerCertificate,
  privateKeyPem,
} from '../crypto/certificates.ts';
import { createDeviceKey } from '../crypto/testing/device-key.ts';
import { type AgentIdentity, agentTls, connectAgent, fetchNonce } from './testing/agent-client.ts';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'muster-listener-'));
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Whether the agent got in, by socket and by fetch; both must say the same. */
async function getsIn(identity: AgentIdentity, address = gateway.address): Promise<boolean> {
  const byFetch = await fetchNonce(address, identity).then(
    (nonce) => nonce.length === 32,
    () => false,
  );
  const bySocket = await connectAgent(address, identity).then(
    async (agent) => {
      await agent.next('challenge');
      agent.close();
      return true;
    },
    () => false,
  );
  expect(bySocket).toBe(byFetch);
  return bySocket;
}

test('EN-2: only a certificate of the device CA gets in, over socket and over fetch', async () => {
  const identity = await gateway.enrol();
  const stranger = await createAuthority({
    commonName: 'Muster device CA',
    organisation: identity.installationId,
  });
  const subject = { deviceId: identity.deviceId, installationId: identity.installationId };
  const forged = certificatePem(await issueDeviceCertificate(stranger, subject, identity.key.spki));

  expect(await getsIn(identity)).toBe(true);
  expect(await getsIn({ ...identity, certificate: forged })).toBe(false);
  const withGatewayCertificate = { ...identity, certificate: gateway.trust.gatewayTls.cert };
  const key = { ...identity.key, pem: gateway.trust.gatewayTls.key };
  expect(await getsIn({ ...withGatewayCertificate, key })).toBe(false);
});

test('EN-2: openssl without a certificate does not get through the handshake', async () => {
  const ca = join(folder, 'ca.pem');
  await Bun.write(ca, certificatePem(gateway.trust.serverCa));
  const run = Bun.spawn(
    ['openssl', 's_client', '-connect', gateway.address, '-CAfile', ca, '-quiet', '-ign_eof'],
    {
      stdin: new Blob([`GET ${BEACON_NONCE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`]),
      stdout: 'pipe',
      stderr: 'pipe',
    },
  );

  expect(await new Response(run.stdout).text()).toBe('');
  expect(await new Response(run.stderr).text()).toMatch(/certificate required|alert/);
});

test('an agent refuses a server that shows a device certificate, a stranger, and the right name under a wrong CA', async () => {
  const identity = await gateway.enrol();
  const name = gatewayServerName(identity.installationId);
  const strangersCa = await createAuthority({
    commonName: 'Muster server CA',
    organisation: identity.installationId,
  });
  const rightName = await issueServerCertificate(strangersCa, name);
  const chain = certificatePem(rightName.certificate) + certificatePem(strangersCa.certificate);
  const servers = [
    startServerAs(identity.key.pem, identity.certificate),
    startServerAs(privateKeyPem(rightName.key), chain),
    startServerAs(privateKeyPem(rightName.key), certificatePem(rightName.certificate)),
  ];

  for (const server of servers) {
    expect(await getsIn(identity, `127.0.0.1:${server.port}`)).toBe(false);
    server.stop(true);
  }
});

test('an agent of another installation does not get in, and does not believe this server', async () => {
  const other = await startTestGateway();
  const identity = await other.enrol();

  expect(await getsIn(identity)).toBe(false);
  const trusting = { ...identity, serverCa: certificatePem(gateway.trust.serverCa) };
  expect(await getsIn({ ...trusting, installationId: gateway.trust.installationId })).toBe(false);
  expect(await getsIn(identity, other.address)).toBe(true);
  await other.stop();
});

test('whatever is not an agent path is not found, and a socket without our subprotocol is refused', async () => {
  const identity = await gateway.enrol();
  const status = async (path: string, init: RequestInit = {}) =>
    (await fetch(`https://${gateway.address}${path}`, { ...init, tls: agentTls(identity) })).status;

  expect(await status('/')).toBe(404);
  expect(await status('/', { headers: { host: "evil'; rm -rf" } })).toBe(404);
  expect(await status('/api/v1/devices')).toBe(404);
  expect(await status(BEACON_NONCE_PATH, { method: 'POST' })).toBe(404);
  expect(await status('/agent/v1/socket', { headers: { connection: 'upgrade', upgrade: 'websocket' } })).toBe(
    400,
  );
});

/** A server with the key and certificate given, that would answer an agent's nonce and socket. */
function startServerAs(key: string, cert: string) {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { key, cert },
    fetch: (request, server) =>
      server.upgrade(request, { headers: { 'sec-websocket-protocol': 'muster.agent.v1' } })
        ? undefined
        : new Response(new Uint8Array(32)),
    websocket: {
      message: () => undefined,
      open: (socket) => void socket.sendBinary(new Uint8Array([0x0a, 0x00])),
    },
  });
}

test('EN-2: a device certificate of another key holder is of no use without its key', async () => {
  const identity = await gateway.enrol();

  expect(await getsIn({ ...identity, key: createDeviceKey() })).toBe(false);
});
