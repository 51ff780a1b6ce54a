import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import type {
  Command,
  CustomField,
  Device,
  DeviceRow,
  Group,
  Role,
  SavedView,
  Site,
} from '@muster/contracts';
import { deviceLines } from '../../apps/web/src/pages/device/settings/device-lines.ts';
import { changeGroupLine, createGroupLine } from '../../apps/web/src/pages/groups/group-line.ts';
import {
  changeFieldLine,
  defineFieldLine,
} from '../../apps/web/src/pages/organisations/fields/field-line.ts';
import { type RunningServer, runProgram, stageTerminal, type Terminal, until } from '../src/index.ts';

/** What the console changes about the fleet, changed by command line, over this very machine. */
setDefaultTimeout(240_000);

const PROGRAM = join(import.meta.dir, '../../apps/cli/src/main.ts');
let terminal: Terminal;
let server: RunningServer;
let device: DeviceRow;

beforeAll(async () => {
  terminal = await stageTerminal();
  server = terminal.server;
  device = terminal.device;
}, 240_000);
afterAll(() => terminal.stop());

const cli: Terminal['cli'] = (...words) => terminal.cli(...words);
const json: Terminal['json'] = (...words) => terminal.json(...words);

/** Runs a line as somebody pastes it. */
async function paste(line: string | undefined): Promise<void> {
  const shell = `muster() { '${process.execPath}' '${PROGRAM}' "$@"; }\n${line}`;
  const { code, stderr } = await runProgram(['bash', '-c', shell], { env: terminal.env });
  expect(code, stderr).toBe(0);
}

test('AG-6, GT-3, GT-4: a group is renamed, nested, taken out again, and given another priority and query', async () => {
  await json('groups', 'create', 'Outer', '--description', 'all of them');
  await json('groups', 'create', 'Inner', '--query', 'os = linux', '--in', 'Outer');
  const renamed = await json<Group>(
    ...[
      'groups',
      'change',
      'Inner',
      '--name',
      'Servers',
      '--out',
      '--priority',
      '7',
      '--query',
      'os = windows',
    ],
  );
  expect(renamed).toMatchObject({ name: 'Servers', parentId: null, priority: 7, query: 'os = windows' });

  const nested = await json<Group>('groups', 'change', 'servers', '--in', 'Outer', '--description', 'new');
  const [outer] = (await json<Group[]>('groups', 'list')).filter(({ name }) => name === 'Outer');
  expect(nested).toMatchObject({
    name: 'Servers',
    parentId: outer?.id as string,
    description: 'new',
    priority: 7,
  });

  const circle = await cli('groups', 'change', 'Outer', '--in', 'Servers');
  expect([circle.code === 0, circle.stderr]).toEqual([false, expect.stringContaining('inside itself')]);
  const nothing = await cli('groups', 'change', 'Outer');
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('--priority')]);
  const both = await cli('groups', 'change', 'Servers', '--in', 'Outer', '--out');
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('not both')]);
});

test('AG-6, GT-7: the definition of a field is changed, its key and kind stay', async () => {
  await json('fields', 'define', 'tier', '--kind', 'enum', '--choice', 'gold', 'silver', '--default', 'gold');
  const changed = await json<CustomField>(
    ...['fields', 'change', 'tier', '--title', 'Tier', '--choice', 'gold', 'silver', 'bronze'],
    ...['--for', 'device', '--default', 'bronze', '--administrators'],
  );
  expect(changed).toMatchObject({
    ...{ key: 'tier', kind: 'enum', title: 'Tier', choices: ['gold', 'silver', 'bronze'] },
    ...{ appliesTo: ['device'], byDefault: 'bronze', setBy: 'administrator' },
  });

  const back = await json<CustomField>('fields', 'change', 'tier', '--no-default', '--no-administrators');
  expect(back).toMatchObject({ byDefault: null, setBy: 'operator', title: 'Tier' });
  await json('fields', 'set', 'device', device.id, 'tier=silver');
  const taken = await cli('fields', 'change', 'tier', '--choice', 'gold');
  expect([taken.code === 0, taken.stderr]).toEqual([false, expect.stringContaining('silver')]);
});

test('AG-6, GT-2: a site is added, changed and removed', async () => {
  const made = await json<Site>(
    'sites',
    'create',
    'Dock',
    '--timezone',
    'Europe/Berlin',
    '--contact',
    'a@b.test',
  );
  expect(made).toMatchObject({ name: 'Dock', timezone: 'Europe/Berlin', contactEmail: 'a@b.test' });

  const changed = await json<Site>(
    'sites',
    'change',
    'dock',
    '--name',
    'Pier',
    '--location',
    '5',
    '--no-contact',
  );
  expect(changed).toMatchObject({
    name: 'Pier',
    location: '5',
    timezone: 'Europe/Berlin',
    contactEmail: null,
  });

  const [head = '', ...rows] = (await cli('sites', 'list')).stdout.split('\n');
  expect(head).toMatch(/^ID +NAME +ORGANISATION +LOCATION/i);
  expect(rows.find((row) => row.startsWith(made.id))).toMatch(/ Pier +main +5 /);

  expect(await json<Site>('sites', 'remove', 'Pier')).toMatchObject({ id: made.id });
  expect((await cli('sites', 'change', 'Pier', '--name', 'x')).code).toBe(5);
});

test('AG-6, GT-1: a device is renamed, and moved to another site and back', async () => {
  await json('sites', 'create', 'Attic');
  expect(await json<Device>('devices', 'rename', device.id, 'Front desk')).toMatchObject({
    displayName: 'Front desk',
    tags: device.tags,
  });
  expect(await json<Device>('devices', 'move', 'Front desk', 'attic')).toMatchObject({ siteName: 'Attic' });
  await json('devices', 'move', 'Front desk', device.siteName);
  expect(await json<Device>('devices', 'rename', 'Front desk')).toMatchObject({ displayName: null });
});

test('AG-6, GT-5, SE-12: a view is renamed, and a role of one’s own gets and loses permissions', async () => {
  await json('views', 'save', 'Linux', 'os = linux');
  expect(await json<SavedView>('views', 'rename', 'Linux', 'Penguins')).toMatchObject({
    name: 'Penguins',
    query: 'os = linux',
  });

  await json('roles', 'create', 'Looker', 'devices:read');
  const role = await json<Role>('roles', 'change', 'Looker', '--add', 'groups:read', '--name', 'Watcher');
  expect(role).toMatchObject({ name: 'Watcher' });
  expect([...role.permissions].sort()).toEqual(['devices:read', 'groups:read']);
  const less = await json<Role>(
    'roles',
    'change',
    'watcher',
    '--take',
    'groups:read',
    '--description',
    'looks',
  );
  expect(less).toMatchObject({ permissions: ['devices:read'], description: 'looks' });
  const unknown = await cli('roles', 'change', 'Watcher', '--take', 'nothing:read');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('roles permissions')]);
});

test('AG-6, RA-2: a command for a device carries its reason and how long it may wait', async () => {
  await json('processes', 'list', device.id, '--reason', 'ticket 4711', '--deliver-within', '2m');

  const [row] = await json<Command[]>('commands', 'list', '--device', device.id);
  const waits = Date.parse(row?.deliverBy ?? '') - Date.parse(row?.createdAt ?? '');
  expect([row?.name, Math.round(waits / 1_000)]).toEqual(['process.list', 120]);
  expect((await cli('timeline', device.id, '--kind', 'command', '--json')).stdout).toContain('ticket 4711');
  expect((await cli('processes', 'list', device.id, '--deliver-within', 'soon')).code).toBe(2);
});

test('AG-6, GT-3, GT-7: what the forms of the console copy does what they do', async () => {
  const all = async () => (await server.api<{ items: Group[] }>('GET', '/groups')).items;
  const found = async (name: string) => (await all()).find((group) => group.name === name) as Group;
  const said = { name: "-it's new", description: '$HOME', query: 'hostname = "a b*"', orgId: undefined };
  const before = await all();
  await paste(createGroupLine('smart', { ...said, parentId: null, priority: 5 }, before));
  const made = await found("-it's new");
  expect(made).toMatchObject({
    description: '$HOME',
    query: 'hostname = "a b*"',
    priority: 5,
    parentId: null,
  });

  const outer = await found('Outer');
  const moved = { ...said, name: 'Moved', description: '', parentId: outer.id, priority: 9 };
  await paste(changeGroupLine(made, moved, await all()));
  expect(await found('Moved')).toMatchObject({
    id: made.id,
    description: '',
    parentId: outer.id,
    priority: 9,
  });
  await paste(changeGroupLine(await found('Moved'), { ...moved, parentId: null }, await all()));
  expect((await found('Moved')).parentId).toBeNull();

  const fieldOf = async (key: string) =>
    (await server.api<{ items: CustomField[] }>('GET', '/fields')).items.find(
      (one) => one.key === key,
    ) as CustomField;
  const form = { key: 'seats', title: 'Seats "n"', description: '', kind: 'number' as const, choices: [] };
  const draft = {
    ...form,
    appliesTo: ['site' as const, 'device' as const],
    byDefault: ' -5 ',
    orgId: undefined,
  };
  await paste(defineFieldLine({ ...draft, isForAdministrators: true }));
  const field = await fieldOf('seats');
  expect(field).toMatchObject({ title: 'Seats "n"', byDefault: -5, appliesTo: ['site', 'device'] });
  expect(field.setBy).toBe('administrator');
  await paste(
    changeFieldLine(field, { ...draft, title: 'Seats', byDefault: '', isForAdministrators: false }),
  );
  expect(await fieldOf('seats')).toMatchObject({ title: 'Seats', byDefault: null, setBy: 'operator' });
});

test('AG-6, GT-1, GT-7: what the form of a device copies renames, moves and tags it', async () => {
  const read = () => server.api<Device>('GET', `/devices/${device.id}`);
  const site = await json<Site>('sites', 'create', 'Cellar');
  const before = await read();
  expect(deviceLines(before, { name: '', tags: [], siteId: before.siteId })).toBeUndefined();

  await paste(deviceLines(before, { name: "Kim's", tags: ['role=web', 'ring=1'], siteId: site.id }));
  const after = await read();
  expect(after).toMatchObject({ displayName: "Kim's", siteName: 'Cellar', tags: { role: 'web', ring: '1' } });

  await paste(deviceLines(after, { name: ' ', tags: ['role=db'], siteId: before.siteId }));
  expect(await read()).toMatchObject({ displayName: null, siteId: before.siteId, tags: { role: 'db' } });
});

test('AG-6, EN-11: a device is cut off with a reason that its timeline tells', async () => {
  const cut = await json<Device>('devices', 'suspend', device.id, '--reason', 'lent to Grace');
  expect(cut.lifecycle).toBe('suspended');
  await json('devices', 'resume', device.id);
  const told = async () => (await cli('timeline', device.id, '--json')).stdout;
  await until(
    'the reason is told',
    async () => (await told()).includes('lent to Grace') || undefined,
    10_000,
  );
});

test('AG-6, SE-12: what waits for a second person is named by its refusal, and shown line by line', async () => {
  const policy = [{ permission: 'devices:manage', moreThanDevices: 0 }];
  await json('settings', 'set', 'approvals.policies', JSON.stringify(policy));

  const refused = await cli('devices', 'rename', device.id, 'Front desk');
  const [, id = ''] = /`muster approvals show (\S+)`/.exec(refused.stderr) ?? [];
  expect(refused.code).toBe(4);
  const { stdout } = await cli('approvals', 'show', id);
  expect(stdout.split('\n')).toContain('  "displayName": "Front desk"');

  await json('approvals', 'withdraw', id);
  await json('settings', 'reset', 'approvals.policies');
});
