import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { DeviceRow } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { until } from '../../../testing/ledger-fixture.ts';
import { PRESENCE_TIMES, type PresenceChange, type Registration } from '../index.ts';
import { aFixture, type Fixture, type Tenant } from '../testing/device-fixture.ts';

let fixture: Fixture;
let tenant: Tenant;
let device: Registration;
let link: DeviceLink;

beforeEach(async () => {
  fixture = await aFixture();
  tenant = await fixture.aTenant();
  device = await fixture.aDevice(tenant);
  await fixture.devices.start();
  link = await fixture.connect(device);
});
afterEach(async () => {
  await fixture.close();
  expect(fixture.errors).toEqual([]);
});

const port = () => fixture.devices.presence.port;

async function shown(of: Registration = device): Promise<Partial<DeviceRow>> {
  await fixture.devices.presence.flush();
  const { scope } = tenant.person;
  const [row] = await fixture.test.database.transaction(scope, (tx) =>
    fixture.devices.rows(tx, scope, [of.deviceId]),
  );
  return { presence: row?.presence, presenceReason: row?.presenceReason } as Partial<DeviceRow>;
}

async function said(of: Registration = device): Promise<string[]> {
  await fixture.devices.presence.flush();
  const events = await fixture.eventsOf(of);
  return events.flatMap(({ type, payload }) =>
    /online|unresponsive|offline/.test(type) ? [`${type} ${payload.reason}`] : [],
  );
}

/** Lets time pass in steps, as a timer that is on time sees it. */
function pass(ms: number, each: () => void = () => {}): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    fixture.clock.advance(Math.min(1_000, ms - passed));
    each();
  }
}

describe('presence of a device', () => {
  test('EN-11 HB-7: first contact turns unknown into online, which is announced, and online means seen now', async () => {
    expect(await shown()).toEqual({ presence: 'unknown', presenceReason: 'never_seen' });

    port().opened(link);

    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });
    expect(await said()).toEqual(['device.online connected']);
    const { scope } = tenant.person;
    const before = Date.now();
    const [row] = await fixture.test.database.transaction(scope, (tx) =>
      fixture.devices.rows(tx, scope, [device.deviceId]),
    );
    expect(Date.parse(row?.lastSeenAt ?? '')).toBeGreaterThanOrEqual(before);
  });

  test('HB-7: a clock of the server that ran ahead for a while leaves no contact in the future behind', async () => {
    const YEAR_MS = 365 * 86_400_000;
    const seenAt = async () => {
      await fixture.devices.presence.flush();
      const { rows } = await fixture.test.database.system('test', (tx) =>
        tx.execute<{ ahead: number }>(sql`
          select (extract(epoch from last_seen_at) * 1000)::float8 as ahead from device_presence
          where device_no = ${device.deviceNo}`),
      );
      return Math.round(((rows[0]?.ahead ?? 0) - fixture.clock.now()) / 60_000);
    };
    port().opened(link);
    fixture.clock.jump(YEAR_MS);
    port().telemetry(link);
    const during = await seenAt();

    fixture.clock.jump(-YEAR_MS);
    port().telemetry(link);
    const online = await seenAt();
    port().closed(link, 'network', 0);
    const after = await seenAt();

    expect([during, online, after]).toEqual([0, 0, 0]);
  });

  test('HB-2: telemetry each ten seconds keeps it online, thirty seconds without make it stalled, one sample heals', async () => {
    port().opened(link);
    for (let at = 0; at < 6; at++) {
      port().telemetry(link);
      pass(10_000);
    }
    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });

    pass(31_000);
    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'stalled' });
    pass(600_000);
    expect((await shown()).presence).toBe('unresponsive');

    port().telemetry(link);
    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });
  });

  test('HB-2 HB-8: a lost socket shows at once, and offline comes within a second of 180 s after last contact', async () => {
    port().opened(link);
    await fixture.devices.presence.flush();
    pass(5_000);
    port().closed(link, 'network');
    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'network' });

    pass(174_900);
    expect((await shown()).presence).toBe('unresponsive');
    pass(1_000);

    expect(await shown()).toEqual({ presence: 'offline', presenceReason: 'silent' });
    expect(await said()).toEqual([
      'device.online connected',
      'device.unresponsive network',
      'device.offline silent',
    ]);
  });

  test('HB-1 ruling 1: beacons keep a device reachable, and its limit is three of its intervals', async () => {
    port().opened(link);
    port().closed(link, 'network');
    const beacon = async () => port().beacon(await fixture.connect(device), 120_000);

    pass(100_000);
    await beacon();
    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'beacon_only' });
    pass(359_000);
    expect((await shown()).presence).toBe('unresponsive');
    pass(2_000);

    expect(await shown()).toEqual({ presence: 'offline', presenceReason: 'silent' });
  });

  test('HB-2: a goodbye is offline at once with its reason, and the closing socket does not change it', async () => {
    port().opened(link);
    port().goodbye(link, 'asleep');
    port().telemetry(link);
    port().closed(link, 'network');

    expect(await shown()).toEqual({ presence: 'offline', presenceReason: 'asleep' });
    expect(await said()).toEqual(['device.offline asleep']);
  });

  test('a device that wakes on the same socket is back with its next telemetry', async () => {
    port().opened(link);
    port().goodbye(link, 'asleep');
    pass(6_000);

    port().telemetry(link);

    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });
  });

  test('what an old connection says late changes nothing about the new one', async () => {
    port().opened(link);
    const newer = await fixture.connect(device);
    port().opened(newer);

    port().closed(link, 'network');
    port().goodbye(link, 'shut_down');
    port().opened(link);

    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });
  });

  test('EN-11: an uninstall ends the lifecycle, and the device is decommissioned', async () => {
    port().opened(link);
    port().uninstalled(link);

    expect(await shown()).toEqual({ presence: 'offline', presenceReason: 'agent_stopped' });
    const ends = async () =>
      (await fixture.eventsOf(device)).filter(({ type }) => type === 'device.decommissioned');
    await until(async () => (await ends()).length > 0);
    const [end] = await ends();
    expect(end?.payload).toEqual({ hostname: 'db-03', reason: 'uninstalled' });
    expect(fixture.cuts.map(({ deviceId }) => deviceId)).toEqual([device.deviceId]);
  });
});

describe('presence and policies', () => {
  const holds = (fields: object, of: Registration = device) =>
    fixture.test.database.system('test', (tx) =>
      tx.execute(sql`insert into device_policies (device_id, org_id, fields)
        values (${of.deviceId}, ${tenant.orgId}, ${JSON.stringify(fields)}::jsonb)
        on conflict (device_id) do update set fields = excluded.fields`),
    );

  test('GT-3, HB-2: a device is offline after the limit that its policy gives it, not before', async () => {
    await holds({ offlineLimit: 300 });
    const governed = await fixture.connect(device);
    port().opened(governed);
    port().closed(governed, 'network');

    pass(299_000);
    expect((await shown()).presence).toBe('unresponsive');
    pass(2_000);
    expect((await shown()).presence).toBe('offline');
  });

  test('GT-3, HB-2: a limit that changes holds at once, longer and shorter, and never below three intervals', async () => {
    const other = await fixture.aDevice(tenant);
    const otherLink = await fixture.connect(other);
    for (const one of [link, otherLink]) {
      port().opened(one);
      port().closed(one, 'network');
    }
    pass(100_000);
    fixture.devices.presence.setRhythm(link.deviceNo, { offlineLimitMs: 400_000, beaconIntervalMs: 60_000 });
    fixture.devices.presence.setRhythm(otherLink.deviceNo, {
      offlineLimitMs: 60_000,
      beaconIntervalMs: 30_000,
    });

    pass(79_000);
    expect((await shown(other)).presence).toBe('unresponsive');
    pass(2_000);
    expect((await shown(other)).presence).toBe('offline');
    pass(218_000);
    expect((await shown()).presence).toBe('unresponsive');
    pass(2_000);
    expect((await shown()).presence).toBe('offline');
  });

  test('GT-3, HB-8: after a restart of the server the limit of the policy still holds', async () => {
    await holds({ offlineLimit: 600 });
    port().opened(await fixture.connect(device));
    await fixture.devices.presence.flush();
    await fixture.devices.stop();
    const restarted = fixture.anotherServer('gateway-1');
    await restarted.start();

    pass(599_000);
    await restarted.presence.flush();
    expect((await shown()).presence).toBe('unresponsive');
    pass(2_000);
    await restarted.presence.flush();
    expect((await shown()).presence).toBe('offline');
    await restarted.stop();
  });
});

describe('presence and the server', () => {
  test('HB-8: a server that was paused for an hour calls nobody offline', async () => {
    port().opened(link);
    port().closed(link, 'network');
    await fixture.devices.presence.flush();
    let late = 0;
    const monotonic = fixture.clock.monotonic;
    Object.assign(fixture.clock, { monotonic: () => monotonic() + late });

    late = 3_600_000;
    pass(60_000);

    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'network' });
    pass(121_000);
    expect((await shown()).presence).toBe('offline');
  });

  test('a wall clock that jumps changes nobody’s presence', async () => {
    port().opened(link);
    fixture.clock.jump(86_400_000);
    pass(20_000, () => port().telemetry(link));
    fixture.clock.jump(-2 * 86_400_000);
    pass(20_000, () => port().telemetry(link));

    expect((await shown()).presence).toBe('online');
    expect(await said()).toEqual(['device.online connected']);
  });

  test('HB-8: after a restart devices get a fresh limit, are called offline only when it passed, and come back', async () => {
    const silent = await fixture.aDevice(tenant);
    port().opened(link);
    port().opened(await fixture.connect(silent));
    await fixture.devices.stop();
    fixture.clock.advance(86_400_000);
    const restarted = fixture.anotherServer('gateway-1');
    await restarted.start();

    await restarted.presence.flush();
    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'server_restarted' });
    pass(100_000);
    restarted.presence.port.opened(await fixture.connect(device));
    pass(79_000, () => restarted.presence.port.telemetry(link));
    await restarted.presence.flush();
    expect((await shown(silent)).presence).toBe('unresponsive');
    pass(2_000);
    await restarted.presence.flush();

    expect(await shown(silent)).toEqual({ presence: 'offline', presenceReason: 'silent' });
    expect(await said(silent)).toEqual([
      'device.online connected',
      'device.unresponsive server_restarted',
      'device.offline silent',
    ]);
    await restarted.stop();
  });

  test('a gateway whose lease lapsed loses its devices to another, each with a fresh limit', async () => {
    port().opened(link);
    await fixture.devices.stop();
    await fixture.test.database.system('test', (tx) =>
      tx.execute(
        sql`update leases set expires_at = now() - interval '1 second' where name = 'gateway:gateway-1'`,
      ),
    );

    const other = fixture.anotherServer('gateway-2', { ...PRESENCE_TIMES, leaseMs: 60 });
    await other.start();
    await until(() => other.presence.heldCount() > 0);
    await other.presence.flush();

    expect(await shown()).toEqual({ presence: 'unresponsive', presenceReason: 'gateway_lost' });
    pass(181_000);
    await other.presence.flush();
    expect((await shown()).presence).toBe('offline');
    await other.stop();
  });

  test('of two gateways the one with the newer connection is believed', async () => {
    port().opened(link);
    await fixture.devices.presence.flush();
    const other = fixture.anotherServer('gateway-2');
    await other.start();
    other.presence.port.opened(await fixture.connect(device));
    await other.presence.flush();

    port().closed(link, 'network');
    expect(await shown()).toEqual({ presence: 'online', presenceReason: 'connected' });
    expect(fixture.devices.presence.heldCount()).toBe(0);

    await other.stop();
  });

  test('changes are told after their commit, and last contact is stored every five minutes only', async () => {
    const changes: PresenceChange[] = [];
    fixture.devices.presence.onChange((some) => void changes.push(...some));
    port().opened(link);
    await fixture.devices.presence.flush();
    expect(changes.map(({ deviceId, presence }) => [deviceId, presence])).toEqual([
      [device.deviceId, 'online'],
    ]);

    for (let at = 0; at < 61; at++) {
      pass(10_000);
      port().telemetry(link);
      await fixture.devices.presence.flush();
    }

    expect(changes.length).toBe(3);
    expect(await said()).toEqual(['device.online connected']);
  });

  test('5,000 devices that connect at once are stored and announced, each once', async () => {
    const all = await fixture.test.database.system('test', async (tx) => {
      const { rows } = await tx.execute<{ id: Registration['deviceId']; device_no: number }>(sql`
        insert into devices (id, org_id, site_id, lifecycle, os, arch, hostname, hostname_folded, search_text)
        select gen_random_uuid(), ${tenant.orgId}, ${tenant.siteId}, 'active', 'linux', 'amd64', 'n' || n, 'n' || n, ''
        from generate_series(1, 5000) n returning id, device_no`);
      return rows;
    });

    for (const [at, row] of all.entries()) {
      port().opened({ ...link, deviceId: row.id, deviceNo: row.device_no, connectionEpoch: BigInt(at + 1) });
    }
    await fixture.devices.presence.flush();

    const counted = await fixture.test.database.system('test', async (tx) => {
      const { rows } = await tx.execute<{ online: number; told: number }>(sql`
        select (select count(*)::int from device_presence where presence = 'online') as online,
          (select count(*)::int from event_outbox where type = 'device.online') as told`);
      return rows[0];
    });
    expect(counted).toEqual({ online: 5_000, told: 5_000 });
  });
});
