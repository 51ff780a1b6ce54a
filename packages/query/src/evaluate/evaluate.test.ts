import { expect, test } from 'bun:test';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { check } from '../check/check.ts';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { parse } from '../syntax/parser.ts';
import type { DeviceRecord } from './device-record.ts';
import { evaluate } from './evaluate.ts';

const now = new Date('2026-01-10T12:00:00Z');
const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

function matches(text: string, record: DeviceRecord): boolean {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const plan = check(parsed.value, catalogue);
  if (!plan.ok) throw new Error(plan.errors[0]?.message);
  return evaluate(plan.value, record, { now });
}

const SERVER: DeviceRecord = {
  hostname: 'WEB-01',
  os: 'windows',
  'os.name': 'Microsoft Windows Server 2019 Standard',
  tag: { role: 'server' },
  ip: ['10.2.0.7', 'fe80::1'],
  'agent.version': '1.10.0',
  last_seen: '2026-01-06T12:00:00Z',
  created: new Date('2026-01-01T15:00:00Z'),
  cpu: 12.5,
  'disk.free': [
    { of: 'C:', value: 8 },
    { of: 'D:', value: 60 },
  ],
  'disk.free_bytes': [{ of: 'C:', value: 8e9 }],
  pending_reboot: true,
  software: [{ of: 'OpenSSL', value: '3.0.13' }],
};

test('GT-5 queries say what they seem to say', () => {
  const yes = [
    'hostname = web-*',
    'hostname : 01',
    'hostname ~ EB-',
    'os = "Windows Server 2019"',
    'os:windows',
    'os:server',
    'tag.role = SERVER',
    'tag.role != desktop',
    'ip in 10.2.0.0/16',
    'ip = fe80::1',
    'agent.version > 1.9',
    'agent.version = 1.10',
    'last_seen > 3d',
    'last_seen within 7d',
    'created = 2026-01-01',
    'created <= 2026-01-01',
    'created < 2026-01-02',
    'cpu < 13%',
    'disk.free < 10%',
    'disk["c:"].free < 10%',
    'disk.free < 10GB',
    'pending_reboot = yes',
    'software "openssl" < 3.0.14',
    'web 10.2.0.7',
    'os in (linux, windows)',
    'tag.role = *',
  ];
  const no = [
    'hostname = web',
    'hostname : we',
    'os = linux',
    'tag.ROLE = server',
    'ip in 10.3.0.0/16',
    'agent.version < 1.4',
    'last_seen < 3d',
    'created > 2026-01-01',
    'created < 2026-01-01',
    'disk["D:"].free < 10%',
    'software "curl" < 9',
    'disk["C:"].free > 10GB',
    'hostname = "web-*"',
    'tag.constructor = *',
    '10.2.0.0',
  ];

  expect(yes.filter((text) => !matches(text, SERVER))).toEqual([]);
  expect(no.filter((text) => matches(text, SERVER))).toEqual([]);
});

test('a comparison with a missing value is false, and its not is true', () => {
  const comparisons = [
    'hostname = a',
    'hostname != a',
    'hostname ~ a',
    'hostname = *',
    'os = windows',
    'os != windows',
    'os not in (linux)',
    'tag.role = a',
    'tag.role != a',
    'ip in 10.0.0.0/8',
    'ip != 10.0.0.1',
    'cpu < 50%',
    'cpu >= 0%',
    'last_seen > 3d',
    'agent.version < 2',
    'disk.free < 10%',
    'disk["C:"].free != 10%',
    'pending_reboot = false',
    'text',
  ];
  for (const text of comparisons) {
    for (const record of [{}, { hostname: null, os: null, tag: {}, ip: [], 'disk.free': [] }]) {
      expect({ text, is: matches(text, record), not: matches(`not ${text}`, record) }).toEqual({
        text,
        is: false,
        not: true,
      });
    }
  }
});

test('of several values any may match, and != asks that none is equal', () => {
  expect(matches('ip = 10.2.0.7 and ip = fe80::1', SERVER)).toBe(true);
  expect(matches('ip != 10.2.0.7', SERVER)).toBe(false);
  expect(matches('ip not in (10.3.0.0/16, ::/8)', SERVER)).toBe(true);
  expect(matches('hostname != *', {})).toBe(true);
});

test('a value of another kind than its field matches nothing and breaks nothing', () => {
  const odd: DeviceRecord = {
    cpu: '12',
    last_seen: 'yesterday',
    ip: ['here'],
    tag: 'x',
    'disk.free': ['C:', 3],
    hostname: { a: 1 },
  };
  const texts = [
    'cpu < 50%',
    'last_seen > 3d',
    'ip in 0.0.0.0/0',
    'tag.role = x',
    'disk.free < 10%',
    'hostname = a',
  ];
  for (const text of texts) expect(matches(text, odd)).toBe(false);
});
