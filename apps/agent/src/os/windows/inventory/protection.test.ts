import { expect, test } from 'bun:test';
import { checked, recorded } from '../../testing/recorded-registry.ts';
import { decodeRegistration } from './antivirus.ts';
import { encryptionState, isEncrypted, type Protections } from './encryption.ts';
import type { RegistryValue } from './registry-tree.ts';
import { readSecurity } from './security.ts';

const PROVIDER = 'machine/64/SOFTWARE\\Microsoft\\Security Center\\Provider\\Av';
const DEFENDER_ID = '{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}';
const DEFENDER = {
  'machine/64/SOFTWARE\\Microsoft\\Windows Defender': {},
  'machine/64/SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection': { DisableRealtimeMonitoring: 0 },
};
const SENTRY = 'C:\\Program Files\\Sentry\\sentry.exe';

type Machine = {
  keys?: Record<string, Record<string, RegistryValue>>;
  programs?: string[];
  protections?: () => Promise<Protections>;
};

const read = ({ keys = {}, programs = [SENTRY], protections = async () => new Map() }: Machine) =>
  readSecurity({
    registry: recorded(keys),
    isThere: (path) => programs.includes(path),
    protections,
    sockets: () => ({ connections: [], total: 0 }),
  });
const antivirusOf = async (machine: Machine) => {
  const { items } = await read(machine);
  return new Map(items.filter(({ kind }) => kind === 'antivirus').map(({ key, fields }) => [key, fields]));
};

test('IV-5: the state that the Security Center keeps, as machines were seen to have it', () => {
  const decoded = (bits: number) => {
    const { state, definitionsCurrent } = decodeRegistration(bits);
    return `${state} ${definitionsCurrent}`;
  };

  expect([266_240, 266_256, 262_144, 262_160].map(decoded)).toEqual([
    ...['on true', 'on false', 'off true', 'off false'],
  ]);
  // Defender on, off; snoozed, expired; bits that nobody has named
  expect([397_568, 393_472, 0x42000, 0x43010].map(decoded)).toEqual([
    ...['on true', 'off true', 'partly true', 'off false'],
  ]);
  expect([0x47000, 0x41020].map(decoded)).toEqual(['unknown true', 'on null']);
  expect(decodeRegistration(null)).toEqual({ state: 'unknown', definitionsCurrent: null });
});

test('IV-5: products beside Defender are listed with what they say, and Defender only while it protects', async () => {
  const sentry = { DISPLAYNAME: 'Sentry', PRODUCTEXE: SENTRY, STATE: 0x41010 };
  const provider = { [`${PROVIDER}\\{1}`]: sentry };
  const standsBack = { [`${PROVIDER}\\${DEFENDER_ID}`]: { DISPLAYNAME: 'Windows Defender', STATE: 0x60100 } };

  const both = checked('security', await read({ keys: { ...DEFENDER, ...provider } }));
  const oneBack = await antivirusOf({ keys: { ...DEFENDER, ...provider, ...standsBack } });
  const nobody = await antivirusOf({ keys: { ...DEFENDER, ...standsBack } });

  expect(both.get('Sentry')).toEqual({
    ...{ state: 'on', realTime: true, definitionsCurrent: false },
    ...{ version: null, definitionsAt: null, definitionsVersion: null },
  });
  expect(both.get('Microsoft Defender')).toMatchObject({ state: 'on', definitionsCurrent: null });
  expect([...oneBack.keys()]).toEqual(['Sentry']);
  expect(nobody.get('Microsoft Defender')).toMatchObject({ state: 'off', realTime: false });
});

test('IV-5: what is left of a product that is gone protects nothing; one of several registrations counts', async () => {
  const at = (path: string, STATE: number) => ({ DISPLAYNAME: 'Sentry', PRODUCTEXE: path, STATE });
  const gone = at('C:\\Program Files\\Gone\\gone.exe', 0x41000);
  const offAndOn = {
    [`${PROVIDER}\\{1}`]: at(SENTRY, 0x40000),
    [`${PROVIDER}\\{2}`]: at(`"${SENTRY}" /status`, 0x41000),
    [`${PROVIDER}\\{3}`]: { STATE: 0x41000 },
  };

  expect((await antivirusOf({ keys: { [`${PROVIDER}\\{1}`]: gone } })).size).toBe(0);
  expect((await antivirusOf({ keys: offAndOn })).get('Sentry')?.state).toBe('on');
  // no path of this machine: on trust
  for (const path of ['%ProgramFiles%\\Sentry\\sentry.exe', 'sentry://']) {
    const found = await antivirusOf({ keys: { [`${PROVIDER}\\{1}`]: at(path, 0x41000) }, programs: [] });
    expect(found.get('Sentry')?.state).toBe('on');
  }
});

test('IV-5: BitLocker by volume: open in part is partly, and silence is unknown, never off', async () => {
  const protections = async () =>
    new Map([
      ['C:', 1],
      ['D:', 2],
      ['E:', 5],
      ['F:', undefined],
    ] as const);

  const found = checked('security', await read({ protections }));

  expect(found.get('C:')).toEqual({ state: 'on', method: 'BitLocker' });
  expect(found.get('D:')).toEqual({ state: 'off', method: null });
  expect(found.get('E:')).toEqual({ state: 'partly', method: 'BitLocker' });
  expect(found.get('F:')).toEqual({ state: 'unknown', method: null });
  expect([3, 4, 8, 6].map(encryptionState)).toEqual(['partly', 'partly', 'partly', 'on']);
  expect([0, 7, 9, -1].map(encryptionState)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  expect([1, 6, 2, 5, undefined].map(isEncrypted)).toEqual([true, true, false, null, null]);
});

test('IV-5: a shell that does not answer is a note, and the rest of the protection counts', async () => {
  const refused = async () => {
    throw new Error('shell32.dll is missing');
  };

  const found = await read({ keys: DEFENDER, protections: refused });

  expect(found.note).toBe('encryption: shell32.dll is missing');
  expect(found.items.some(({ kind }) => kind === 'encryption')).toBe(false);
  expect(found.items.find(({ kind }) => kind === 'antivirus')?.fields.state).toBe('on');
});
