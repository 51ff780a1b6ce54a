import { Finding, type Found } from '../../../inventory/item.ts';
import { listOf, memoryOf, numberOf, type Profile, type Profiles, partOf, textOf } from './profiler.ts';

/** What the hardware is read from. */
export const HARDWARE_KINDS = [
  'SPHardwareDataType',
  'SPMemoryDataType',
  'SPNVMeDataType',
  'SPSerialATADataType',
  'SPStorageDataType',
  'SPDisplaysDataType',
  'SPPowerDataType',
] as const;

/** IV-3: what system_profiler tells about the machine. */
export async function readHardware(profiles: Profiles): Promise<Found> {
  const finding = new Finding();
  const machine = profiles('SPHardwareDataType')[0] ?? {};
  await finding.part('board', () => readBoard(machine, finding));
  await finding.part('processor', () => readProcessor(machine, finding));
  await finding.part('memory', () => readMemory(profiles, machine, finding));
  await finding.part('disks', () => {
    readDisks(profiles('SPNVMeDataType'), 'nvme', finding);
    readDisks(profiles('SPSerialATADataType'), 'sata', finding);
  });
  await finding.part('volumes', () => readVolumes(profiles('SPStorageDataType'), finding));
  await finding.part('displays', () => readDisplays(profiles('SPDisplaysDataType'), finding));
  await finding.part('battery', () => readBattery(profiles('SPPowerDataType'), finding));
  return finding.found;
}

function readBoard(machine: Profile, finding: Finding): void {
  finding.add('board', 'board', {
    manufacturer: 'Apple Inc.',
    model: textOf(machine, 'machine_model'),
    serial: textOf(machine, 'serial_number'),
    chassis: textOf(machine, 'machine_name'),
    systemUuid: textOf(machine, 'platform_UUID'),
  });
  finding.add('bios', 'bios', {
    ...{ vendor: 'Apple Inc.', version: textOf(machine, 'boot_rom_version'), releasedOn: null, uefi: null },
  });
}

/** `proc 8:4:4` on Apple's own chips (all, fast, frugal), a number on Intel's. */
function readProcessor(machine: Profile, finding: Finding): void {
  const chip = textOf(machine, 'chip_type');
  const [, counted] = /(\d+)/.exec(textOf(machine, 'number_processors') ?? '') ?? [];
  const [, speed = '', unit = ''] =
    /^([\d.]+) ([MG])Hz$/.exec(textOf(machine, 'current_processor_speed') ?? '') ?? [];
  finding.add('processor', '0', {
    model: chip ?? textOf(machine, 'cpu_type') ?? '',
    vendor: chip === null ? 'Intel' : 'Apple',
    cores: counted === undefined ? null : Number(counted),
    threads: chip === null || counted === undefined ? null : Number(counted),
    maxMhz: speed === '' ? null : Math.round(Number(speed) * (unit === 'G' ? 1_000 : 1)),
  });
}

/** Modules where there are slots; Apple's chips have one memory for all. */
function readMemory(profiles: Profiles, machine: Profile, finding: Finding): void {
  const modules = profiles('SPMemoryDataType').flatMap((bank) => listOf(bank, '_items'));
  for (const module of modules) {
    const sizeBytes = memoryOf(textOf(module, 'dimm_size'));
    if (sizeBytes === null) continue;
    finding.add('memory', textOf(module, '_name') ?? 'slot', { sizeBytes, ...moduleOf(module) });
  }
  if (finding.items.some(({ kind }) => kind === 'memory')) return;
  const whole = profiles('SPMemoryDataType')[0] ?? {};
  const sizeBytes = memoryOf(textOf(whole, 'SPMemoryDataType') ?? textOf(machine, 'physical_memory'));
  if (sizeBytes !== null) finding.add('memory', 'total', { sizeBytes, ...moduleOf(whole) });
}

function moduleOf(module: Profile) {
  const [, speed] = /^(\d+) MHz$/.exec(textOf(module, 'dimm_speed') ?? '') ?? [];
  return {
    type: textOf(module, 'dimm_type'),
    speedMtps: speed === undefined ? null : Number(speed),
    manufacturer: textOf(module, 'dimm_manufacturer'),
    part: textOf(module, 'dimm_part_number'),
    serial: textOf(module, 'dimm_serial_number'),
  };
}

function readDisks(controllers: readonly Profile[], bus: string, finding: Finding): void {
  for (const disk of controllers.flatMap((controller) => listOf(controller, '_items'))) {
    const sizeBytes = numberOf(disk, 'size_in_bytes');
    if (sizeBytes === null) continue;
    const serial = textOf(disk, 'device_serial');
    const name = textOf(disk, 'bsd_name') ?? textOf(disk, '_name') ?? bus;
    const smart = textOf(disk, 'smart_status');
    const medium = textOf(disk, 'medium_type');
    finding.add('disk', serial ?? name, {
      name,
      model: textOf(disk, 'device_model'),
      serial,
      firmware: textOf(disk, 'device_revision'),
      sizeBytes,
      bus,
      rotational: bus === 'nvme' ? false : medium === null ? null : /rotational/i.test(medium),
      health: smart === 'Verified' ? 'good' : /fail/i.test(smart ?? '') ? 'failing' : 'unknown',
      ...{ wearPercent: null, powerOnHours: null, reallocatedSectors: null },
    });
  }
}

function readVolumes(volumes: readonly Profile[], finding: Finding): void {
  for (const volume of volumes) {
    const mount = textOf(volume, 'mount_point');
    const sizeBytes = numberOf(volume, 'size_in_bytes');
    if (mount === null || sizeBytes === null) continue;
    finding.add('volume', mount, {
      device: textOf(volume, 'bsd_name'),
      fileSystem: textOf(volume, 'file_system') ?? '',
      sizeBytes,
      label: textOf(volume, '_name'),
      encrypted: null,
    });
  }
}

function readDisplays(cards: readonly Profile[], finding: Finding): void {
  cards.forEach((card, number) => {
    finding.add('graphics', String(number), {
      model: textOf(card, 'sppci_model') ?? textOf(card, '_name') ?? '',
      vendor: textOf(card, 'spdisplays_vendor')?.replace(/^sppci_vendor_/, '') ?? null,
      driver: null,
      memoryBytes: memoryOf(textOf(card, 'spdisplays_vram')),
    });
    for (const display of listOf(card, 'spdisplays_ndrvs')) {
      const serial = textOf(display, '_spdisplays_display-serial-number');
      const isNumbered = serial !== null && !/^0*$/.test(serial);
      const model = textOf(display, '_name');
      finding.add('monitor', isNumbered ? serial : `${number} ${model}`, {
        ...{ model, manufacturer: null, serial: isNumbered ? serial : null },
        connector: textOf(display, 'spdisplays_connection_type')?.replace(/^spdisplays_/, '') ?? null,
      });
    }
  });
}

function readBattery(power: readonly Profile[], finding: Finding): void {
  const battery = power.find((one) => textOf(one, '_name') === 'spbattery_information');
  if (!battery) return;
  const model = partOf(battery, 'sppower_battery_model_info');
  const health = partOf(battery, 'sppower_battery_health_info');
  const [, percent] = /^(\d+)%$/.exec(textOf(health, 'sppower_battery_health_maximum_capacity') ?? '') ?? [];
  finding.add('battery', 'battery', {
    model: textOf(model, 'sppower_battery_device_name'),
    manufacturer: textOf(model, 'sppower_battery_manufacturer'),
    serial: textOf(model, 'sppower_battery_serial_number'),
    ...{ designCapacityMwh: null, fullCapacityMwh: null },
    healthPercent: percent === undefined ? null : Number(percent),
    cycles: numberOf(health, 'sppower_battery_cycle_count'),
  });
}
