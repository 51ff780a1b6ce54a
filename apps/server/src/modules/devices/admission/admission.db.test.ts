import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Admission } from '../../../platform/gateway/ports.ts';
import { DEVICE_TOKEN_ROTATION_MS } from '../domain/device-token.ts';
import { aFixture, aHello, type Fixture, type Tenant } from '../testing/device-fixture.ts';

let fixture: Fixture;
let tenant: Tenant;

beforeAll(async () => {
  fixture = await aFixture();
  tenant = await fixture.aTenant();
});
afterAll(() => fixture.close());

const codeOf = (admission: Admission) => (admission.admitted ? 'admitted' : admission.rejected.code);
const typesOf = async (device: Parameters<Fixture['eventsOf']>[0]) =>
  (await fixture.eventsOf(device)).map(({ type }) => type);

test('EN-2: an identity is found by its id, and nothing is found by anything else', async () => {
  const publicKey = crypto.getRandomValues(new Uint8Array(91));
  const device = await fixture.aDevice(tenant, { publicKey });

  const found = await fixture.devices.admission.findIdentity(device.deviceId);

  expect(found).toMatchObject({
    deviceNo: device.deviceNo,
    orgId: tenant.orgId,
    lifecycle: 'active',
    publicKey,
  });
  expect(await fixture.devices.admission.findIdentity(crypto.randomUUID())).toBeUndefined();
  expect(await fixture.devices.admission.findIdentity("' or true --")).toBeUndefined();
});

test('EN-2: connections that come at once are told apart by epochs that only rise', async () => {
  const devices = await Promise.all(Array.from({ length: 40 }, () => fixture.aDevice(tenant)));

  const links = await Promise.all(devices.map((device) => fixture.connect(device)));
  const again = await fixture.connect(devices[0] as (typeof devices)[0]);

  const epochs = links.map((link) => link.connectionEpoch);
  expect(new Set(epochs).size).toBe(40);
  expect(epochs.every((epoch) => epoch < again.connectionEpoch)).toBe(true);
  expect(links.map((link) => link.deviceId)).toEqual(devices.map((device) => device.deviceId));
});

test('EN-12: agent version and policy level follow the hello and are announced once', async () => {
  const device = await fixture.aDevice(tenant);

  await fixture.connect(device, { agentVersion: '1.2.0', policy: 'observe' });
  await fixture.connect(device, { agentVersion: '1.2.0', policy: 'observe' });

  const updates = (await fixture.eventsOf(device)).filter(({ type }) => type === 'device.updated');
  expect(updates.map(({ payload }) => payload)).toEqual([
    {
      fields: ['agentVersion', 'policyLevel'],
      before: { agentVersion: '1.0.0', policyLevel: 'control' },
      after: { agentVersion: '1.2.0', policyLevel: 'observe' },
    },
  ]);
});

test('EN-3: the token rotates after 24 hours, and the one before still refuses nobody', async () => {
  const device = await fixture.aDevice(tenant);
  const first = await fixture.hello(device);
  expect(first).toMatchObject({ admitted: true, newToken: '' });

  fixture.clock.jump(DEVICE_TOKEN_ROTATION_MS + 60_000);
  const second = await fixture.hello(device);
  const lost = await fixture.hello(device);
  const kept = await fixture.hello({ ...device, token: lost.admitted ? lost.newToken : '' });
  fixture.clock.jump(-DEVICE_TOKEN_ROTATION_MS - 60_000);

  expect(second.admitted && second.newToken).toMatch(/^msd_/);
  expect(lost.admitted && lost.newToken).toMatch(/^msd_/);
  expect(kept).toMatchObject({ admitted: true, newToken: '' });
  expect(await typesOf(device)).not.toContain('device.token_mismatch');
});

test('EN-3: a token that was made by a clock which ran ahead does not wait for that day to come', async () => {
  const device = await fixture.aDevice(tenant);
  fixture.clock.jump(400 * DEVICE_TOKEN_ROTATION_MS);
  const ahead = await fixture.hello(device);
  fixture.clock.jump(-400 * DEVICE_TOKEN_ROTATION_MS);
  const token = ahead.admitted ? ahead.newToken : '';

  const back = await fixture.hello({ ...device, token });

  expect(token).toMatch(/^msd_/);
  expect(back.admitted && back.newToken).toMatch(/^msd_/);
});

test('EN-3: a socket that stays open over 24 hours gets a new token when it asks, and only then', async () => {
  const device = await fixture.aDevice(tenant);
  const link = await fixture.connect(device);

  const early = await fixture.devices.admission.rotateToken(link);
  fixture.clock.jump(DEVICE_TOKEN_ROTATION_MS + 60_000);
  const due = await fixture.devices.admission.rotateToken(link);
  const twice = await fixture.devices.admission.rotateToken(link);
  const back = await fixture.hello({ ...device, token: due });
  fixture.clock.jump(-DEVICE_TOKEN_ROTATION_MS - 60_000);

  expect(early).toBe('');
  expect(due).toMatch(/^msd_/);
  expect(twice).toBe('');
  expect(back).toMatchObject({ admitted: true, newToken: '' });
});

test('EN-3: a token that was never the device’s is let in by its key, replaced, and announced', async () => {
  const device = await fixture.aDevice(tenant);

  const admission = await fixture.hello({ ...device, token: 'msd_from-somewhere-else' });

  expect(admission.admitted && admission.newToken).toMatch(/^msd_/);
  const mismatch = (await fixture.eventsOf(device)).find(({ type }) => type === 'device.token_mismatch');
  expect(mismatch?.payload).toEqual({ hostname: 'db-03', address: '192.0.2.1' });
});

test('EN-1: when an older boot speaks after a newer one, the newer one is told to take its own identity', async () => {
  const device = await fixture.aDevice(tenant);
  const says = async (bootId: string) => codeOf(await fixture.hello(device, { bootId }));

  expect(await says('original')).toBe('admitted');
  expect(await says('copy')).toBe('admitted');
  expect(await says('original')).toBe('admitted');
  expect(await says('copy')).toBe('clone');
  expect(await says('original')).toBe('admitted');
});

test('two hellos of one device at once are decided one after the other', async () => {
  const device = await fixture.aDevice(tenant);
  const identity = await fixture.devices.admission.findIdentity(device.deviceId);
  if (!identity) throw new Error('lost');
  const says = (bootId: string) =>
    fixture.devices.admission.admit(identity, aHello(device, { bootId }), 'socket', '192.0.2.1');

  const codes = (await Promise.all([says('a'), says('b'), says('a'), says('b')])).map(codeOf);

  expect(codes).toEqual(['admitted', 'admitted', 'admitted', 'clone']);
});

test('an agent of another installation, or too old for this server, is told so', async () => {
  const device = await fixture.aDevice(tenant);

  expect(codeOf(await fixture.hello(device, { installationId: 'elsewhere' }))).toBe('wrong_installation');
  expect(codeOf(await fixture.hello(device, { protocol: 0 }))).toBe('protocol_too_old');
});

test('EN-2: a replaced key is the one that counts from the next challenge on', async () => {
  const device = await fixture.aDevice(tenant);
  const link = await fixture.connect(device);
  const publicKey = crypto.getRandomValues(new Uint8Array(91));

  const before = await fixture.devices.admission.findIdentity(device.deviceId);
  await fixture.devices.admission.rotateKey(link, publicKey);
  await fixture.devices.admission.rotateKey(link, publicKey); // the answer was lost, and it was asked again

  const identity = await fixture.devices.admission.findIdentity(device.deviceId);
  expect(identity?.publicKey).toEqual(publicKey);
  expect(identity?.previousPublicKey).toEqual(before?.publicKey as Uint8Array);
  expect((await fixture.eventsOf(device)).filter(({ type }) => type === 'device.key_changed')).toHaveLength(
    1,
  );
});
