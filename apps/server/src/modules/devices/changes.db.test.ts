import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Lifecycle } from '@muster/contracts';
import type { Actor } from '../../platform/actor.ts';
import type { LifecycleEvent } from './domain/lifecycle.ts';
import type { Registration } from './index.ts';
import type { Queries } from './query/compile-query.ts';
import { aFixture, type Fixture, type Tenant } from './testing/device-fixture.ts';
import { changeLifecycle, type LifecycleDeps } from './usecases/change-lifecycle.ts';
import { completeValues } from './usecases/complete-values.ts';
import { getDevice } from './usecases/get-device.ts';
import { listDevices } from './usecases/list-devices.ts';
import { summariseDevices } from './usecases/summarise-devices.ts';
import { updateDevice } from './usecases/update-device.ts';

let fixture: Fixture;
let tenant: Tenant;
let stranger: Tenant;
let deps: LifecycleDeps & { readonly queries: Queries };

beforeAll(async () => {
  fixture = await aFixture();
  await fixture.devices.start();
  deps = fixture.useCases;
  [tenant, stranger] = [await fixture.aTenant(), await fixture.aTenant('Stranger')];
});
afterAll(() => fixture.close());

const change = (device: Registration, event: LifecycleEvent, actor: Actor = tenant.person) =>
  changeLifecycle(deps, actor, { deviceId: device.deviceId, event });
const updates = async (device: Registration) =>
  (await fixture.eventsOf(device))
    .filter(({ type }) => type === 'device.updated')
    .map(({ payload }) => payload);

describe('the lifecycle of a device', () => {
  test('EN-1: a device that waits for approval connects as pending, and as active once it is approved', async () => {
    const device = await fixture.aDevice(tenant, { needsApproval: true });
    const before = await fixture.connect(device);

    const approved = await change(device, 'approve');

    expect(before.lifecycle).toBe('pending');
    expect(approved).toMatchObject({ lifecycle: 'active' });
    expect((await fixture.connect(device)).lifecycle).toBe('active');
    expect(await updates(device)).toEqual([
      { fields: ['lifecycle'], before: { lifecycle: 'pending' }, after: { lifecycle: 'active' } },
    ]);
    const { rejected } = fixture.cuts.find(({ deviceId }) => deviceId === device.deviceId) ?? {};
    expect(rejected?.code).toBe('busy');
    expect(rejected?.retryAfterMs).toBeGreaterThan(0);
  });

  for (const [event, code, presence] of [
    ['suspend', 'suspended', 'cut_off'],
    ['revoke', 'revoked', 'cut_off'],
    ['retire', 'revoked', 'cut_off'],
  ] as const) {
    test(`EN-2: to ${event} a connected device cuts its socket, shows it offline and refuses its next hello`, async () => {
      const device = await fixture.aDevice(tenant);
      fixture.devices.presence.port.opened(await fixture.connect(device));
      await fixture.devices.presence.flush();

      await change(device, event);
      await fixture.devices.presence.flush();

      expect(fixture.cuts.find(({ deviceId }) => deviceId === device.deviceId)?.rejected.code).toBe(code);
      expect(await fixture.hello(device)).toMatchObject({ admitted: false, rejected: { code } });
      const shown = await getDevice(deps, tenant.person, device.deviceId);
      expect(shown).toMatchObject({ presence: 'offline', presenceReason: presence });
    });
  }

  test('a suspended device that is resumed comes back with the key that it had', async () => {
    const device = await fixture.aDevice(tenant);
    await change(device, 'suspend');

    await change(device, 'resume');

    expect(await fixture.hello(device)).toMatchObject({ admitted: true });
  });

  test('EN-14: leaving for good is announced once, also when a revoked device is retired later', async () => {
    const device = await fixture.aDevice(tenant);

    await change(device, 'revoke');
    await change(device, 'retire');

    const ends = (await fixture.eventsOf(device)).filter(({ type }) => type === 'device.decommissioned');
    expect(ends.map(({ payload }) => payload)).toEqual([{ hostname: 'db-03', reason: 'revoked' }]);
  });

  test('what the table does not know is refused with both names, and nothing is cut or announced', async () => {
    const device = await fixture.aDevice(tenant, { needsApproval: true });

    await expect(change(device, 'suspend')).rejects.toMatchObject({
      code: 'conflict',
      params: { lifecycle: 'pending' satisfies Lifecycle, event: 'suspend' },
    });
    expect(await updates(device)).toEqual([]);
  });

  test('EN-1: the key of a revoked device enrols nothing, whatever token comes with it', async () => {
    const publicKey = crypto.getRandomValues(new Uint8Array(91));
    await change(await fixture.aDevice(tenant, { publicKey }), 'revoke');

    await expect(fixture.aDevice(tenant, { publicKey })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('changing a device', () => {
  test('GT-6 EN-14: name, tags and site change together, are found at once, and the event says what they were', async () => {
    const device = await fixture.aDevice(tenant, { tags: { role: 'server' } });
    const { etag } = await getDevice(deps, tenant.person, device.deviceId);

    const after = await updateDevice(deps, tenant.person, {
      deviceId: device.deviceId,
      ifMatch: etag,
      displayName: ' Reception 7 ',
      tags: { role: 'kiosk' },
      siteId: tenant.otherSiteId,
    });

    expect(after).toMatchObject({ displayName: 'Reception 7', tags: { role: 'kiosk' }, siteName: 'Branch' });
    expect(after.etag).not.toBe(etag);
    expect(await updates(device)).toEqual([
      {
        fields: ['displayName', 'tags', 'siteId'],
        before: { displayName: null, tags: { role: 'server' }, siteId: tenant.siteId },
        after: { displayName: 'Reception 7', tags: { role: 'kiosk' }, siteId: tenant.otherSiteId },
      },
    ]);
    const found = await listDevices(deps, tenant.person, {
      query: '"reception 7"',
      sort: 'hostname',
      limit: 10,
    });
    expect(found.items.map(({ id }) => id)).toEqual([device.deviceId]);
  });

  test('a change that is based on an older state is refused and changes nothing', async () => {
    const device = await fixture.aDevice(tenant);
    const { etag } = await getDevice(deps, tenant.person, device.deviceId);
    const rename = (displayName: string) =>
      updateDevice(deps, tenant.person, { deviceId: device.deviceId, ifMatch: etag, displayName });

    const both = await Promise.allSettled([rename('first'), rename('second')]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'precondition_failed' });
    expect((await updates(device)).length).toBe(1);
  });

  test('a device does not move to a site of another organisation', async () => {
    const device = await fixture.aDevice(tenant);

    const moving = updateDevice(deps, tenant.person, {
      deviceId: device.deviceId,
      ifMatch: undefined,
      siteId: stranger.siteId,
    });

    await expect(moving).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('what changes nothing is no new version and no event', async () => {
    const device = await fixture.aDevice(tenant, { tags: { a: 'b' } });
    const { etag } = await getDevice(deps, tenant.person, device.deviceId);

    const after = await updateDevice(deps, tenant.person, {
      deviceId: device.deviceId,
      ifMatch: etag,
      tags: { a: 'b' },
    });

    expect(after.etag).toBe(etag);
    expect(await updates(device)).toEqual([]);
  });
});

test('SE-1: each use case asks for its permission, and names it to whoever lacks it', async () => {
  const device = await fixture.aDevice(tenant);
  const reader: Actor = { ...tenant.person, permissions: new Set(['devices:read']) };
  const { deviceId } = device;

  const attempts: [string, Promise<unknown>][] = [
    ['devices:manage', updateDevice(deps, reader, { deviceId, ifMatch: undefined, displayName: 'x' })],
    ['devices:manage', change(device, 'revoke', reader)],
    ['devices:approve', change(device, 'approve', reader)],
    ['devices:manage', change(device, 'uninstall', reader)],
    ['devices:check-in', fixture.devices.linkOf(reader, deviceId)],
    ['devices:read', getDevice(deps, { ...reader, permissions: new Set() }, deviceId)],
    [
      'devices:read',
      listDevices(deps, { ...reader, permissions: new Set() }, { sort: 'hostname', limit: 1 }),
    ],
    ['devices:read', summariseDevices(deps, { ...reader, permissions: new Set() })],
  ];

  for (const [permission, attempt] of attempts) {
    await expect(attempt).rejects.toMatchObject({ code: 'forbidden', params: { permission } });
  }
  expect(await getDevice(deps, reader, deviceId)).toMatchObject({ lifecycle: 'active', displayName: null });
});

describe('SE-2: somebody of another organisation', () => {
  const attempts: [name: string, attempt: (device: Registration) => Promise<unknown>][] = [
    ['get', (device) => getDevice(deps, stranger.person, device.deviceId)],
    [
      'update',
      (device) =>
        updateDevice(deps, stranger.person, {
          deviceId: device.deviceId,
          ifMatch: undefined,
          displayName: 'mine now',
        }),
    ],
    ...(['approve', 'suspend', 'resume', 'revoke', 'retire'] as const).map(
      (event): [string, (device: Registration) => Promise<unknown>] => [
        event,
        (device) => change(device, event, stranger.person),
      ],
    ),
    ['link', (device) => fixture.devices.linkOf(stranger.person, device.deviceId)],
  ];
  for (const [name, attempt] of attempts) {
    test(`cannot ${name} a device, and learns nothing of it`, async () => {
      const device = await fixture.aDevice(tenant);

      await expect(attempt(device)).rejects.toMatchObject({ code: 'not_found' });

      const after = await getDevice(deps, tenant.person, device.deviceId);
      expect(after).toMatchObject({ lifecycle: 'active', displayName: null });
      expect(fixture.cuts.some(({ deviceId }) => deviceId === device.deviceId)).toBe(false);
    });
  }

  test('sees nothing in lists, summaries, values and rows, and draws no sequence', async () => {
    const device = await fixture.aDevice(tenant, { tags: { secret: 'value' } });
    const { database } = fixture.test;
    const { person } = stranger;

    const listed = await listDevices(deps, person, { sort: 'hostname', limit: 10 });
    const summary = await summariseDevices(deps, person);
    const values = await completeValues(deps, person, { field: 'tag', prefix: '' });
    const rows = await database.transaction(person.scope, (tx) =>
      fixture.devices.rows(tx, tenant.person.scope, [device.deviceId]),
    );
    const drawn = await database.transaction(person.scope, (tx) =>
      fixture.devices.nextCommandSequence(tx, person.scope, device.deviceId),
    );

    expect(listed).toEqual({ items: [], next: null, count: { value: 0, exact: true } });
    expect(summary.total).toBe(0);
    expect(values).toEqual([]);
    expect(rows).toEqual([]);
    expect(drawn).toBeUndefined();
  });
});
