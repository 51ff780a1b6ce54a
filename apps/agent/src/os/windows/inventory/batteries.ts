import type { Finding } from '../../../inventory/item.ts';
import { unlessFiller } from '../../hypervisors.ts';
import { fromWide } from '../native/wide.ts';
import { hasBattery, parseBatteryInformation } from '../tables/battery-information.ts';

/** Levels of BATTERY_QUERY_INFORMATION (poclass.h). */
const INFORMATION = 0;
const DEVICE_NAME = 4;
const MANUFACTURER = 6;
const SERIAL = 8;

/** A place for a battery, with the driver that answers for it. */
export type BatteryPort = {
  /** Changes with each battery that is put in; undefined where none is. */
  tag(): number | undefined;
  /** What the driver answers to one level; undefined where it does not know the question. */
  query(tag: number, level: number): Uint8Array | undefined;
};

/** What Windows is asked of batteries. */
export type BatterySource = {
  /** SYSTEM_POWER_STATUS as Windows fills it. */
  powerStatus(): Uint8Array;
  /** Shows each port while it is open. Throws when all were shown and one could not be opened. */
  visit(read: (port: BatteryPort) => void): void;
};

/**
 * IV-3: the batteries that feed this machine. Their drivers tell capacity and cycles; where none of them answers, Windows
 * is still asked whether there is a battery at all.
 */
export function readBatteries(source: BatterySource, finding: Finding): void {
  const names = new Set<string>();
  let answers = 0;
  source.visit((port) => {
    const tag = port.tag();
    const said = tag === undefined ? undefined : port.query(tag, INFORMATION);
    const battery = said && parseBatteryInformation(said);
    if (tag === undefined || !battery) return;
    answers += 1;
    const { feedsTheMachine, ...fields } = battery;
    if (!feedsTheMachine) return;
    const text = (level: number) =>
      unlessFiller(fromWide(port.query(tag, level) ?? new Uint8Array()).trim()) || null;
    const model = text(DEVICE_NAME);
    const name = model ?? 'battery';
    // two of a kind have one name
    const key = names.has(name) ? `${name} ${names.size}` : name;
    names.add(key);
    finding.add('battery', key, { model, manufacturer: text(MANUFACTURER), serial: text(SERIAL), ...fields });
  });
  if (answers > 0 || hasBattery(source.powerStatus()) !== true) return;
  finding.add('battery', 'battery', {
    ...{ model: null, manufacturer: null, serial: null, designCapacityMwh: null, fullCapacityMwh: null },
    ...{ healthPercent: null, cycles: null },
  });
}
