/** BATTERY_INFORMATION (poclass.h), as far as the inventory needs it. */
export type BatteryInformation = {
  /** Feeds the machine, and for longer than it takes to shut down: neither a mouse's nor that of an emergency supply. */
  readonly feedsTheMachine: boolean;
  /** Milliwatt hours; null where the battery tells shares only, or does not know. */
  readonly designCapacityMwh: number | null;
  readonly fullCapacityMwh: number | null;
  /** Of what it held when it was new; also for batteries that tell shares only. */
  readonly healthPercent: number | null;
  /** Null where it does not count: the structure says zero for that. */
  readonly cycles: number | null;
};

const BATTERY_INFORMATION_BYTES = 36;

const DESIGNED = 12;
const FULL = 16;
const CYCLES = 32;
const IS_SYSTEM = 0x8000_0000;
const IS_RELATIVE = 0x4000_0000;
const IS_SHORT_TERM = 0x2000_0000;
const UNKNOWN_CAPACITY = 0xffff_ffff;

/** Undefined where the driver answered with less than the structure. */
export function parseBatteryInformation(bytes: Uint8Array): BatteryInformation | undefined {
  if (bytes.length < BATTERY_INFORMATION_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const capabilities = view.getUint32(0, true);
  const capacity = (at: number) => {
    const said = view.getUint32(at, true);
    return said === 0 || said === UNKNOWN_CAPACITY ? null : said;
  };
  const [design, full] = [capacity(DESIGNED), capacity(FULL)];
  const isInMwh = (capabilities & IS_RELATIVE) === 0;
  return {
    feedsTheMachine: (capabilities & IS_SYSTEM) !== 0 && (capabilities & IS_SHORT_TERM) === 0,
    designCapacityMwh: isInMwh ? design : null,
    fullCapacityMwh: isInMwh ? full : null,
    healthPercent: design && full ? Math.min(1_000, Math.round((full / design) * 1_000) / 10) : null,
    cycles: view.getUint32(CYCLES, true) || null,
  };
}

const FLAG = 1;
const NO_BATTERY = 128;
const UNKNOWN_FLAG = 255;

/** Whether the machine has a battery, from SYSTEM_POWER_STATUS; undefined where Windows cannot tell. */
export function hasBattery(powerStatus: Uint8Array): boolean | undefined {
  const flag = powerStatus[FLAG] ?? UNKNOWN_FLAG;
  return flag === UNKNOWN_FLAG ? undefined : (flag & NO_BATTERY) === 0;
}
