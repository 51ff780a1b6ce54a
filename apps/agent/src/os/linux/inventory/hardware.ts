import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { Finding, type Found } from '../../../inventory/item.ts';
import { parseEdid } from '../../edid.ts';
import { unlessFiller } from '../../hypervisors.ts';
import { readText } from '../proc-file.ts';
import { readMemoryModules } from './memory-modules.ts';
import { readSmart } from './smart.ts';

/** IV-3: what the kernel and the firmware tell about the machine. */
export async function readHardware(root: string): Promise<Found> {
  const finding = new Finding();
  const dmi = (name: string) => unlessFiller(readText(`${root}/sys/class/dmi/id/${name}`) ?? '') || null;
  await finding.part('board', () => {
    finding.add('board', 'board', {
      manufacturer: dmi('board_vendor') ?? dmi('sys_vendor'),
      model: dmi('board_name') ?? dmi('product_name'),
      serial: dmi('board_serial') ?? dmi('product_serial'),
      chassis: dmi('chassis_type'),
      systemUuid: dmi('product_uuid'),
    });
    finding.add('bios', 'bios', {
      vendor: dmi('bios_vendor'),
      version: dmi('bios_version'),
      releasedOn: isoDate(dmi('bios_date')),
      uefi: existsSync(`${root}/sys/firmware/efi`),
    });
  });
  await finding.part('processors', () => readProcessors(root, finding));
  await finding.part('memory', () => readMemory(root, finding));
  await finding.part('disks', () => readDisks(root, finding));
  await finding.part('volumes', () => readVolumes(root, finding));
  await finding.part('graphics', () => readGraphics(root, finding));
  await finding.part('monitors', () => readMonitors(root, finding));
  await finding.part('batteries', () => readBatteries(root, finding));
  return finding.found;
}

/** Firmware writes month first. */
function isoDate(text: string | null): string | null {
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text ?? '') ?? [];
  return year && month && day ? `${year}-${month}-${day}` : null;
}

function readProcessors(root: string, finding: Finding): void {
  const sockets = new Map<
    string,
    { model: string; vendor: string | null; cores: Set<string>; threads: number; mhz: number }
  >();
  for (const block of (readText(`${root}/proc/cpuinfo`) ?? '').split('\n\n')) {
    const value = (name: string) => new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(block)?.[1];
    const number = value('processor');
    if (number === undefined) continue;
    const socket = value('physical id') ?? '0';
    const found = sockets.get(socket) ?? {
      model: value('model name') ?? value('Model') ?? value('CPU part') ?? '',
      vendor: value('vendor_id') ?? value('CPU implementer') ?? null,
      cores: new Set<string>(),
      threads: 0,
      mhz: 0,
    };
    found.cores.add(value('core id') ?? number);
    found.threads += 1;
    const khz = Number(readText(`${root}/sys/devices/system/cpu/cpu${number}/cpufreq/cpuinfo_max_freq`));
    if (khz > 0) found.mhz = Math.max(found.mhz, Math.round(khz / 1000));
    sockets.set(socket, found);
  }
  for (const [socket, { model, vendor, cores, threads, mhz }] of sockets) {
    finding.add('processor', socket, { model, vendor, cores: cores.size, threads, maxMhz: mhz || null });
  }
}

function readMemory(root: string, finding: Finding): void {
  const modules = readMemoryModules(root);
  for (const { slot, ...fields } of modules) finding.add('memory', slot, fields);
  if (modules.length > 0) return;
  const [, kibibytes = '0'] = /^MemTotal:\s*(\d+)/m.exec(readText(`${root}/proc/meminfo`) ?? '') ?? [];
  finding.add('memory', 'total', {
    sizeBytes: Number(kibibytes) * 1024,
    type: null,
    speedMtps: null,
    manufacturer: null,
    part: null,
    serial: null,
  });
}

const SECTOR = 512;

async function readDisks(root: string, finding: Finding): Promise<void> {
  const block = `${root}/sys/block`;
  if (!existsSync(block)) return;
  for (const name of readdirSync(block).sort()) {
    const at = (file: string) => readText(`${block}/${name}/${file}`)?.trim() || null;
    // What has no device behind it (loop, device mapper, RAM) is no disk.
    if (!existsSync(`${block}/${name}/device`)) continue;
    const sizeBytes = Number(at('size')) * SECTOR;
    if (!(sizeBytes > 0) || name.startsWith('sr')) continue;
    const serial = at('device/serial') ?? at('serial') ?? at('device/wwid');
    finding.add('disk', serial ?? name, {
      name: `/dev/${name}`,
      model: at('device/model'),
      serial,
      firmware: at('device/firmware_rev') ?? at('device/rev'),
      sizeBytes,
      bus: busOf(block, name),
      rotational: at('queue/rotational') === null ? null : at('queue/rotational') === '1',
      ...(await readSmart(root, name)),
    });
  }
}

function busOf(block: string, name: string): string | null {
  if (name.startsWith('nvme')) return 'nvme';
  if (name.startsWith('mmcblk')) return 'mmc';
  if (name.startsWith('vd') || name.startsWith('xvd')) return 'virtual';
  try {
    const path = readlinkSync(`${block}/${name}`);
    if (path.includes('/usb')) return 'usb';
    if (path.includes('/ata')) return 'sata';
    return path.includes('/virtio') ? 'virtual' : 'scsi';
  } catch {
    return null;
  }
}

const REAL_FILE_SYSTEMS = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
  'nfs',
  'nfs4',
  'cifs',
  'overlay',
  'bcachefs',
  'jfs',
]);

/** Network and container roots have no size in the block layer; they are listed with what statfs says. */
async function readVolumes(root: string, finding: Finding): Promise<void> {
  const { statfs } = await import('node:fs/promises');
  const seen = new Set<string>();
  for (const line of (readText(`${root}/proc/self/mounts`) ?? '').split('\n')) {
    const [device = '', mount = '', type = ''] = line.split(' ').map(unescaped);
    if (!REAL_FILE_SYSTEMS.has(type) || seen.has(mount)) continue;
    seen.add(mount);
    const size = await statfs(`${root}${mount}`).then(
      ({ blocks, bsize }) => blocks * bsize,
      () => 0,
    );
    finding.add('volume', mount, {
      device,
      fileSystem: type,
      sizeBytes: size,
      label: null,
      encrypted: isEncrypted(root, device),
    });
  }
}

/** mounts(5) writes blanks in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** By the device mapper's own names, through any number of layers; null where there is no device to ask. */
export function isEncrypted(root: string, device: string): boolean | null {
  if (!device.startsWith('/dev/')) return null;
  let name = basename(device);
  if (device.startsWith('/dev/mapper/')) {
    const mapped = readdirSync(`${root}/sys/block`).find(
      (one) => readText(`${root}/sys/block/${one}/dm/name`)?.trim() === name,
    );
    name = mapped ?? name;
  }
  return hasCryptBelow(root, name, 0);
}

const MOST_LAYERS = 8;

function hasCryptBelow(root: string, name: string, depth: number): boolean {
  if (readText(`${root}/sys/class/block/${name}/dm/uuid`)?.startsWith('CRYPT-')) return true;
  const slaves = `${root}/sys/class/block/${name}/slaves`;
  if (depth > MOST_LAYERS || !existsSync(slaves)) return false;
  return readdirSync(slaves).some((below) => hasCryptBelow(root, below, depth + 1));
}

const DISPLAY_CLASS = /^0x03/;

function readGraphics(root: string, finding: Finding): void {
  const devices = `${root}/sys/bus/pci/devices`;
  if (!existsSync(devices)) return;
  for (const address of readdirSync(devices).sort()) {
    const at = (file: string) => readText(`${devices}/${address}/${file}`)?.trim() ?? '';
    if (!DISPLAY_CLASS.test(at('class'))) continue;
    const name = `${at('vendor').slice(2)}:${at('device').slice(2)}`;
    finding.add('graphics', address, {
      model: pciName(root, at('vendor').slice(2), at('device').slice(2)) ?? name,
      vendor: pciName(root, at('vendor').slice(2)),
      driver: driverOf(`${devices}/${address}/driver`),
      memoryBytes: null,
    });
  }
}

function driverOf(link: string): string | null {
  try {
    return basename(readlinkSync(link));
  } catch {
    return null;
  }
}

/** pci.ids: vendors at the margin, their devices behind one tab. */
function pciName(root: string, vendor: string, device?: string): string | null {
  const path = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'].find((one) =>
    existsSync(`${root}/${one}`),
  );
  if (!path) return null;
  const lines = readFileSync(`${root}/${path}`, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${vendor}  `));
  if (start < 0) return null;
  if (device === undefined) return lines[start]?.slice(6) ?? null;
  for (const line of lines.slice(start + 1)) {
    if (line !== '' && !line.startsWith('\t') && !line.startsWith('#')) return null;
    if (line.startsWith(`\t${device}  `)) return line.slice(7);
  }
  return null;
}

function readMonitors(root: string, finding: Finding): void {
  const drm = `${root}/sys/class/drm`;
  if (!existsSync(drm)) return;
  for (const connector of readdirSync(drm).sort()) {
    const path = `${drm}/${connector}/edid`;
    if (!existsSync(path)) continue;
    const edid = readFileSync(path);
    if (edid.length < 128) continue;
    const { model, manufacturer, serial } = parseEdid(edid);
    finding.add('monitor', serial ?? connector, {
      model,
      manufacturer,
      serial,
      connector: connector.replace(/^card\d+-/, ''),
    });
  }
}

function readBatteries(root: string, finding: Finding): void {
  const supplies = `${root}/sys/class/power_supply`;
  if (!existsSync(supplies)) return;
  for (const name of readdirSync(supplies).sort()) {
    const at = (file: string) => readText(`${supplies}/${name}/${file}`)?.trim() || null;
    if (at('type') !== 'Battery' || at('scope') === 'Device') continue;
    const volts = Number(at('voltage_min_design') ?? at('voltage_now')) / 1_000_000;
    /* Either in microwatt hours, or in microampere hours at the design voltage. */
    const capacity = (what: string) => {
      const energy = at(`energy_${what}`);
      const charge = at(`charge_${what}`);
      if (energy !== null) return Math.round(Number(energy) / 1_000);
      return charge !== null && volts > 0 ? Math.round((Number(charge) / 1_000) * volts) : null;
    };
    const design = capacity('full_design');
    const full = capacity('full');
    finding.add('battery', name, {
      model: at('model_name'),
      manufacturer: at('manufacturer'),
      serial: at('serial_number'),
      designCapacityMwh: design,
      fullCapacityMwh: full,
      healthPercent: design && full ? Math.round((full / design) * 1_000) / 10 : null,
      cycles: at('cycle_count') === null ? null : Number(at('cycle_count')),
    });
  }
}
