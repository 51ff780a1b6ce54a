import { run } from '../../run.ts';

/** What a disk says of its own health. */
export type Health = {
  readonly health: 'good' | 'failing' | 'unknown';
  readonly wearPercent: number | null;
  readonly powerOnHours: number | null;
  readonly reallocatedSectors: number | null;
};

const UNKNOWN: Health = {
  health: 'unknown',
  wearPercent: null,
  powerOnHours: null,
  reallocatedSectors: null,
};

/** TM-2: through smartmontools where they are installed; unknown where they are not, or the disk does not answer. */
export async function readSmart(root: string, disk: string): Promise<Health> {
  if (root !== '') return UNKNOWN;
  try {
    const output = await run([
      'sh',
      '-c',
      'smartctl --json -H -A "$1"; test $(( $? & 7 )) -eq 0',
      'sh',
      `/dev/${disk}`,
    ]);
    return parseSmart(JSON.parse(output ?? '{}') as SmartReport);
  } catch {
    return UNKNOWN;
  }
}

/** The parts of `smartctl --json` that are read here. */
export type SmartReport = {
  readonly smart_status?: { readonly passed?: boolean };
  readonly power_on_time?: { readonly hours?: number };
  readonly nvme_smart_health_information_log?: { readonly percentage_used?: number };
  readonly ata_smart_attributes?: {
    readonly table?: readonly {
      readonly id: number;
      readonly value: number;
      readonly raw: { readonly value: number };
    }[];
  };
};

/* ATA attributes: reallocated sectors, and the wear levels that makers of SSDs use (100 is new). */
const REALLOCATED = 5;
const WEAR = [231, 233, 177, 202];

/** Health from a report of smartctl. */
export function parseSmart(report: SmartReport): Health {
  const attributes = report.ata_smart_attributes?.table ?? [];
  const passed = report.smart_status?.passed;
  const wear = attributes.find(({ id }) => WEAR.includes(id));
  return {
    health: passed === undefined ? 'unknown' : passed ? 'good' : 'failing',
    wearPercent:
      report.nvme_smart_health_information_log?.percentage_used ??
      (wear ? Math.max(0, 100 - wear.value) : null),
    powerOnHours: report.power_on_time?.hours ?? null,
    reallocatedSectors: attributes.find(({ id }) => id === REALLOCATED)?.raw.value ?? null,
  };
}
