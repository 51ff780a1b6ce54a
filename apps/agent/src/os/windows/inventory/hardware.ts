import { Finding, type Found } from '../../../inventory/item.ts';
import { parseEdid } from '../../edid.ts';
import type { Disk } from '../tables/disk-descriptor.ts';
import { type BatterySource, readBatteries } from './batteries.ts';
import { isEncrypted, type Protections } from './encryption.ts';
import { readFirmware } from './firmware.ts';
import { numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const PROCESSORS = 'HARDWARE\\DESCRIPTION\\System\\CentralProcessor';
const BIOS = 'HARDWARE\\DESCRIPTION\\System\\BIOS';
const DISPLAYS = 'SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
const MONITORS = 'SYSTEM\\CurrentControlSet\\Enum\\DISPLAY';
const EDID_BYTES = 128;

/** A volume with a drive letter on a fixed disk. */
export type Volume = {
  readonly drive: string;
  readonly fileSystem: string;
  readonly label: string;
  readonly sizeBytes: number;
};

/** What Windows is asked for; each throws when it refuses. */
export type HardwareSource = {
  readonly registry: RegistryTree;
  /** The raw SMBIOS table; empty where the firmware has none. */
  firmware(): Uint8Array;
  memoryBytes(): number;
  disks(): readonly Disk[];
  volumes(): readonly Volume[];
  /** What protects the volumes; its failure is told with the security of the machine. */
  protections(): Promise<Protections>;
  batteries(): Promise<BatterySource>;
};

/** IV-3: what the firmware, the drivers and the registry tell about the machine. */
export async function readHardware(source: HardwareSource): Promise<Found> {
  const { registry } = source;
  const finding = new Finding();
  const has = (kind: string) => finding.items.some((item) => item.kind === kind);
  await finding.part('firmware', () => readFirmware(source.firmware(), finding));
  await finding.part('board', () => {
    if (!has('board') || !has('bios')) readBoard(registry, finding, has);
  });
  await finding.part('processors', () => {
    if (!has('processor')) readProcessors(registry, finding);
  });
  await finding.part('memory', () => {
    if (has('memory')) return;
    const unknown = { type: null, speedMtps: null, manufacturer: null, part: null, serial: null };
    finding.add('memory', 'total', { sizeBytes: source.memoryBytes(), ...unknown });
  });
  await finding.part('disks', () => {
    for (const disk of source.disks()) finding.add('disk', disk.serial ?? disk.name, disk);
  });
  await finding.part('volumes', async () => {
    const protections: Protections = await source.protections().catch(() => new Map());
    for (const { drive, fileSystem, label, sizeBytes } of source.volumes())
      finding.add('volume', drive, {
        ...{ device: null, fileSystem, sizeBytes, label: label || null },
        encrypted: isEncrypted(protections.get(drive)),
      });
  });
  await finding.part('graphics', () => readGraphics(registry, finding));
  await finding.part('monitors', () => readMonitors(registry, finding));
  await finding.part('batteries', async () => readBatteries(await source.batteries(), finding));
  return finding.found;
}

/** Virtual machines may have no table of SMBIOS, or less in it than the registry keeps of it. */
function readBoard(registry: RegistryTree, finding: Finding, has: (kind: string) => boolean): void {
  const said = registry.values({ path: BIOS });
  if (!said) return;
  if (!has('board')) {
    finding.add('board', 'board', {
      manufacturer: textOf(said, 'BaseBoardManufacturer') ?? textOf(said, 'SystemManufacturer'),
      model: textOf(said, 'BaseBoardProduct') ?? textOf(said, 'SystemProductName'),
      ...{ serial: null, chassis: null, systemUuid: null },
    });
  }
  if (has('bios')) return;
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(textOf(said, 'BIOSReleaseDate') ?? '') ?? [];
  finding.add('bios', 'bios', {
    vendor: textOf(said, 'BIOSVendor'),
    version: textOf(said, 'BIOSVersion'),
    releasedOn: year ? `${year}-${month}-${day}` : null,
    uefi: null,
  });
}

/** The registry lists threads and says nothing of sockets: one item for each model. */
function readProcessors(registry: RegistryTree, finding: Finding): void {
  const models = new Map<string, { vendor: string | null; threads: number; maxMhz: number | null }>();
  for (const name of registry.keys({ path: PROCESSORS })) {
    const values = registry.values({ path: `${PROCESSORS}\\${name}` });
    const model = (textOf(values, 'ProcessorNameString') ?? '').replace(/\s+/g, ' ');
    models.set(model, {
      vendor: textOf(values, 'VendorIdentifier'),
      threads: (models.get(model)?.threads ?? 0) + 1,
      maxMhz: numberOf(values, '~MHz'),
    });
  }
  [...models].forEach(([model, said], number) => {
    finding.add('processor', String(number), { model, cores: null, ...said });
  });
}

function readGraphics(registry: RegistryTree, finding: Finding): void {
  for (const number of registry.keys({ path: DISPLAYS }).filter((name) => /^\d{4}$/.test(name))) {
    const values = registry.values({ path: `${DISPLAYS}\\${number}` });
    const model = textOf(values, 'DriverDesc');
    if (model === null) continue;
    finding.add('graphics', number, {
      model,
      vendor: textOf(values, 'ProviderName'),
      driver: textOf(values, 'DriverVersion'),
      // cards of 4 GB and more have the wider number
      memoryBytes:
        numberOf(values, 'HardwareInformation.qwMemorySize') ??
        numberOf(values, 'HardwareInformation.MemorySize'),
    });
  }
}

/** Windows keeps every monitor that ever was connected; `Control` is there while one is. */
function readMonitors(registry: RegistryTree, finding: Finding): void {
  for (const maker of registry.keys({ path: MONITORS })) {
    for (const instance of registry.keys({ path: `${MONITORS}\\${maker}` })) {
      const path = `${MONITORS}\\${maker}\\${instance}`;
      if (!registry.keys({ path }).includes('Control')) continue;
      const edid = registry.values({ path: `${path}\\Device Parameters` })?.EDID;
      if (!(edid instanceof Uint8Array) || edid.length < EDID_BYTES) continue;
      const names = parseEdid(Buffer.from(edid));
      finding.add('monitor', names.serial ?? instance, { ...names, connector: null });
    }
  }
}
