import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { gatewayServerName } from '@muster/contracts/wire';
import { createDeviceKey } from '../identity/device-key.ts';
import { Authority } from '../testing/authority.ts';
import { TestGateway } from '../testing/test-gateway.ts';
import type { GatewayTls } from './gateway-tls.ts';
import { exchangeHttps } from './https-exchange.ts';
import { createDial } from './socket.ts';

let gateway: TestGateway;
let stranger: Authority;
let tls: GatewayTls;
const address = '127.0.0.1:26710';

beforeAll(async () => {
  gateway = await new TestGateway(26710, 26711).start();
  stranger = new Authority('stranger');
  const key = await createDeviceKey();
  tls = {
    ca: gateway.serverCa.certificate,
    cert: gateway.deviceCa.issueClient('device', key.publicKey),
    key: key.pem,
    serverName: gatewayServerName(gateway.installationId),
  };
  await gateway.cut();
});
afterEach(() => gateway.cut());
afterAll(async () => {
  await gateway.stop();
  stranger.dispose();
});

function bySocket(options = tls): Promise<string> {
  return new Promise((resolve) => {
    const socket = createDial(() => options, undefined)(address, {
      opened: () => {
        socket.end();
        resolve('opened');
      },
      frame: () => {},
      heard: () => {},
      lost: (why) => resolve(`refused: ${why}`),
    });
  });
}
/** As a beacon goes. */
function byBeacon(options = tls): Promise<string> {
  const way = { tls: options, proxy: undefined, timeoutMs: 60_000 };
  return exchangeHttps(address, { method: 'GET', path: '/' }, way).then(
    () => 'opened',
    (error: unknown) => `refused: ${String(error)}`,
  );
}
/** As a beacon goes where a proxy stands in between. */
function byFetch(options = tls): Promise<string> {
  return fetch(`https://${address}/`, { tls: options, keepalive: false }).then(
    () => 'opened',
    (error: unknown) => `refused: ${String(error)}`,
  );
}
/** How it ended on each way that the agent has. */
async function everyWay(options = tls): Promise<string[]> {
  return (await Promise.all([bySocket(options), byBeacon(options), byFetch(options)])).map(
    (outcome) => outcome.split(':')[0] ?? '',
  );
}

test('EN-2: the right gateway under the right CA is taken, whatever address was dialled', async () => {
  gateway.listen();

  expect(await everyWay()).toEqual(['opened', 'opened', 'opened']);
});

test("EN-2: the right name under a stranger's CA is refused, over socket, beacon and fetch", async () => {
  gateway.listen(gatewayServerName(gateway.installationId), stranger);

  expect(await everyWay()).toEqual(['refused', 'refused', 'refused']);
});

test("EN-2: another installation's gateway under our own CA is refused", async () => {
  gateway.listen(gatewayServerName('another'));

  expect(await everyWay()).toEqual(['refused', 'refused', 'refused']);
});

test("EN-2: a device certificate is refused as a gateway, even one with the gateway's name", async () => {
  gateway.listen(gatewayServerName(gateway.installationId), gateway.deviceCa, 'clientAuth');
  const fromDeviceCa = await everyWay();
  await gateway.cut();
  gateway.listen(gatewayServerName(gateway.installationId), gateway.serverCa, 'clientAuth');

  expect(fromDeviceCa).toEqual(['refused', 'refused', 'refused']);
  expect(await everyWay()).toEqual(['refused', 'refused', 'refused']);
});

test('EN-2: an agent without a certificate of the device CA gets no connection', async () => {
  gateway.listen();
  const key = await createDeviceKey();
  const forged = { ...tls, key: key.pem, cert: stranger.issueClient('device', key.publicKey) };

  expect(await everyWay(forged)).toEqual(['refused', 'refused', 'refused']);
});
