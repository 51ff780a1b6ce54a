import { expect, test } from 'bun:test';
import { INVENTORY } from '@muster/contracts/inventory';
import { Finding } from '../../../inventory/item.ts';
import { checked } from '../../testing/recorded-registry.ts';
import { writeStruct } from '../../testing/write-struct.ts';
import { type BatteryPort, type BatterySource, readBatteries } from './batteries.ts';

const SYSTEM = 0x8000_0000;
const RELATIVE = 0x4000_0000;
const SHORT_TERM = 0x2000_0000;

/** BATTERY_INFORMATION, member by member as poclass.h has it. */
const information = (of: { capabilities?: number; designed: number; full: number; cycles?: number }) =>
  writeStruct(
    [
      ['u32', of.capabilities ?? SYSTEM],
      ['u8', 1],
      ['bytes', 3],
      ['bytes', 4, Buffer.from('LIon')],
      ['u32', of.designed],
      ['u32', of.full],
      ['u32', 0],
      ['u32', 2_850],
      ['u32', 0],
      ['u32', of.cycles ?? 0],
    ],
    4,
  );
/** SYSTEM_POWER_STATUS: mains, flag, charge, and the seconds that are left. */
const powerStatus = (flag: number) =>
  writeStruct(
    [
      ['u8', 1],
      ['u8', flag],
      ['u8', 99],
      ['u8', 0],
      ['u32', 0xffff_ffff],
      ['u32', 0xffff_ffff],
    ],
    4,
  );
const wide = (text: string) => Buffer.from(`${text}\0`, 'utf16le');

/** A driver with one battery, asked by its tag; undefined stands for an empty bay. */
function aPort(answers: Record<number, Uint8Array> | undefined): BatteryPort {
  return {
    tag: () => (answers ? 7 : undefined),
    query: (tag, level) => (tag === 7 ? answers?.[level] : undefined),
  };
}

function read(ports: BatteryPort[], flag = 128) {
  const finding = new Finding();
  const source: BatterySource = {
    powerStatus: () => powerStatus(flag),
    visit: (each) => ports.forEach(each),
  };
  readBatteries(source, finding);
  return checked('hardware', finding.found);
}

test('IV-3: batteries by what their drivers say; two of a kind are two', () => {
  const answers = {
    0: information({ designed: 57_000, full: 42_750, cycles: 312 }),
    4: wide('DELL 1VX1H93'),
    6: wide('SMP '),
    8: wide('0A1B'),
  };

  const found = read([aPort(answers), aPort({ ...answers, 8: wide('0A1C') })], 1);

  expect([...found.keys()]).toEqual(['DELL 1VX1H93', 'DELL 1VX1H93 1']);
  expect(found.get('DELL 1VX1H93')).toEqual({
    ...{ model: 'DELL 1VX1H93', manufacturer: 'SMP', serial: '0A1B' },
    ...{ designCapacityMwh: 57_000, fullCapacityMwh: 42_750, healthPercent: 75, cycles: 312 },
  });
  expect(found.get('DELL 1VX1H93 1')?.serial).toBe('0A1C');
});

test('IV-3: what a battery does not know is null: shares are no capacity, and no count is no cycles', () => {
  const relative = information({ capabilities: SYSTEM + RELATIVE, designed: 100, full: 93 });
  const silent = information({ designed: 0xffff_ffff, full: 40_000 });

  const found = read([aPort({ 0: relative, 4: wide('Shares') }), aPort({ 0: silent })]);

  const nobody = { manufacturer: null, serial: null, cycles: null };
  expect(found.get('Shares')).toEqual({
    ...{ ...nobody, model: 'Shares', designCapacityMwh: null, fullCapacityMwh: null, healthPercent: 93 },
  });
  expect(found.get('battery')).toEqual({
    ...{ ...nobody, model: null, designCapacityMwh: null, fullCapacityMwh: 40_000, healthPercent: null },
  });
});

test('IV-3: an empty bay, a mouse and an emergency supply are no batteries of the machine', () => {
  const mouse = information({ capabilities: 0, designed: 100, full: 100 });
  const supply = information({ capabilities: SYSTEM + SHORT_TERM, designed: 9_000, full: 9_000 });
  const cutShort = information({ designed: 1, full: 1 }).subarray(0, 20);

  expect(read([aPort(undefined), aPort({ 0: mouse }), aPort({ 0: cutShort })]).size).toBe(0);
  // with the supply, Windows itself says that there is a battery
  expect(read([aPort({ 0: supply })], 8).size).toBe(0);
});

test('IV-3: without an answer of a driver Windows says whether there is a battery, and may not know', () => {
  expect(read([], 128).size).toBe(0);
  expect(read([], 255).size).toBe(0);
  const unknown = Object.keys(INVENTORY.hardware.kinds.battery.fields.shape).map((name) => [name, null]);
  expect(read([aPort(undefined)], 8).get('battery')).toEqual(Object.fromEntries(unknown));
});
