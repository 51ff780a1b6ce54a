import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { aFixture, type Fixture, someFacts, type Tenant } from './testing/device-fixture.ts';

let fixture: Fixture;
let tenant: Tenant;

beforeAll(async () => {
  fixture = await aFixture();
  tenant = await fixture.aTenant();
});
afterAll(() => fixture.close());

const rowOf = async (deviceId: DeviceId, of: Tenant = tenant) => {
  const [row] = await fixture.test.database.transaction(of.person.scope, (tx) =>
    fixture.devices.rows(tx, of.person.scope, [deviceId]),
  );
  return row;
};

const key = () => crypto.getRandomValues(new Uint8Array(91));

describe('registering', () => {
  test('EN-1 EN-14: a machine that enrols is a device, unknown until first contact, and announced', async () => {
    const device = await fixture.aDevice(tenant, { tags: { role: 'server' } });

    expect(device).toMatchObject({ lifecycle: 'active', repaired: false });
    expect(await rowOf(device.deviceId)).toMatchObject({
      hostname: 'db-03',
      siteName: 'Main',
      os: 'linux',
      addresses: ['10.0.0.5'],
      tags: { role: 'server' },
      presence: 'unknown',
      presenceReason: 'never_seen',
      lastSeenAt: null,
      latest: null,
    });
    const events = await fixture.eventsOf(device);
    expect(events.map(({ type }) => type)).toEqual(['device.enrolled']);
    expect(events[0]?.payload).toMatchObject({ hostname: 'db-03', lifecycle: 'active', cloneOf: null });
  });

  test('EN-1: running the installer again repairs the device by its key instead of making a second one', async () => {
    const publicKey = key();
    const first = await fixture.aDevice(tenant, { publicKey, tags: { role: 'server' } });

    const again = await fixture.aDevice(tenant, {
      publicKey,
      agentVersion: '1.1.0',
      tags: { ring: 'one' },
      facts: { hostname: 'db-03-new' },
    });

    expect(again).toMatchObject({ deviceId: first.deviceId, deviceNo: first.deviceNo, repaired: true });
    expect(again.token).not.toBe(first.token);
    expect(await rowOf(first.deviceId)).toMatchObject({
      hostname: 'db-03-new',
      agentVersion: '1.1.0',
      tags: { role: 'server', ring: 'one' },
    });
    const update = (await fixture.eventsOf(first)).find(({ type }) => type === 'device.updated');
    expect(update?.payload).toMatchObject({ fields: ['hostname', 'agentVersion', 'tags'] });
  });

  test('EN-1: a machine that still has its old identity keeps it under a new key', async () => {
    const first = await fixture.aDevice(tenant);
    const publicKey = key();

    const again = await fixture.test.database.system('test', (tx) =>
      fixture.devices.register(tx, {
        by: 'token',
        existing: first.deviceId,
        tokenId: crypto.randomUUID() as never,
        orgId: tenant.orgId,
        siteId: tenant.siteId,
        tags: {},
        needsApproval: true,
        publicKey,
        agentVersion: '1.0.0',
        facts: someFacts(),
      }),
    );

    expect(again).toMatchObject({ deviceId: first.deviceId, lifecycle: 'active', repaired: true });
    const identity = await fixture.devices.admission.findIdentity(first.deviceId);
    expect(identity?.publicKey).toEqual(publicKey);
  });

  test('EN-1: a copy of a disk becomes a pending device of its own, beside its original', async () => {
    const original = await fixture.aDevice(tenant, { tags: { role: 'server' } });

    const copy = await fixture.test.database.system('test', (tx) =>
      fixture.devices.register(tx, {
        by: 'clone',
        cloneOf: original.deviceId,
        publicKey: key(),
        agentVersion: '1.0.0',
        facts: someFacts({ hostname: 'db-03-copy' }),
      }),
    );

    expect(copy).toMatchObject({ lifecycle: 'pending', repaired: false, orgId: tenant.orgId });
    expect(copy.deviceId).not.toBe(original.deviceId);
    const [event] = await fixture.eventsOf(copy);
    expect(event?.payload).toMatchObject({ cloneOf: original.deviceId, lifecycle: 'pending' });
  });

  test('a key of another organisation repairs nothing there', async () => {
    const publicKey = key();
    const other = await fixture.aTenant('Other');
    const theirs = await fixture.aDevice(other, { publicKey });

    const ours = await fixture.aDevice(tenant, { publicKey });

    expect(ours).toMatchObject({ repaired: false, orgId: tenant.orgId });
    expect(ours.deviceId).not.toBe(theirs.deviceId);
  });

  test('what a machine says about itself is stored in form only', async () => {
    const device = await fixture.aDevice(tenant, {
      facts: {
        hostname: `bad\u0000name\n${'x'.repeat(400)}`,
        interfaces: [
          {
            name: 'eth0',
            mac: 'not a mac',
            addresses: ['10.0.0.300/24', 'fe80::1%eth0', '2001:db8::7/64', '10.1.1.1'],
          },
        ] as never,
      },
    });

    const row = await rowOf(device.deviceId);
    expect(row?.hostname.startsWith('bad name x')).toBe(true);
    expect(row?.hostname.length).toBe(255);
    expect(row?.addresses).toEqual(['2001:db8::7', '10.1.1.1']);
  });

  test('the sequence of commands rises by one for each device alone', async () => {
    const [one, two] = [await fixture.aDevice(tenant), await fixture.aDevice(tenant)];
    const next = (deviceId: DeviceId) =>
      fixture.test.database.transaction(tenant.person.scope, (tx) =>
        fixture.devices.nextCommandSequence(tx, tenant.person.scope, deviceId),
      );

    const drawn = await Promise.all([next(one.deviceId), next(one.deviceId), next(one.deviceId)]);

    expect(drawn.map((target) => target?.sequence).sort()).toEqual([1n, 2n, 3n]);
    expect(await next(two.deviceId)).toMatchObject({ sequence: 1n, name: 'db-03', lifecycle: 'active' });
    expect(await next(crypto.randomUUID() as DeviceId)).toBeUndefined();
  });
});

describe('facts', () => {
  test('IV-1 EN-14: changed facts are stored and announced with before and after, the same ones are not', async () => {
    const device = await fixture.aDevice(tenant);
    const link = await fixture.connect(device);

    await fixture.devices.facts.facts(link, someFacts({ osVersion: '12.10' }));
    await fixture.devices.facts.facts(
      link,
      someFacts({ osVersion: '12.10', bootedAtMs: 1_760_000_004_000n }),
    );

    const updates = (await fixture.eventsOf(device)).filter(({ type }) => type === 'device.updated');
    expect(updates.map(({ payload }) => payload)).toEqual([
      { fields: ['osVersion'], before: { osVersion: '12.9' }, after: { osVersion: '12.10' } },
    ]);
    expect(await rowOf(device.deviceId)).toMatchObject({ osVersion: '12.10' });
  });

  test('IV-1: facts of unusual size come back as they were stored', async () => {
    const interfaces = Array.from({ length: 40 }, (_, at) => ({
      name: `veth${at}`,
      mac: `02:00:00:00:00:${at.toString(16).padStart(2, '0')}`,
      addresses: [`10.1.${at}.1/24`],
    }));
    const device = await fixture.aDevice(tenant);
    const link = await fixture.connect(device);

    await fixture.devices.facts.facts(link, someFacts({ interfaces: interfaces as never }));

    const stored = await fixture.test.database.system('test', async (tx) => {
      const { rows } = await tx.execute<{ kind: string; length: number }>(sql`
        select jsonb_typeof(interfaces) as kind, jsonb_array_length(interfaces) as length
        from device_facts where device_id = ${device.deviceId}`);
      return rows[0];
    });
    expect(stored).toEqual({ kind: 'array', length: 40 });
    expect((await rowOf(device.deviceId))?.addresses.length).toBe(32);
  });
});
