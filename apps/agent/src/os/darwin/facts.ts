import { readlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import type { Draft } from '../../wire/codec.ts';
import type { Facts } from '../../wire/messages.gen.ts';
import { hypervisorOf } from '../hypervisors.ts';
import { readNumber, readSetting, readText } from './native/system.ts';
import { type PlatformExpert, parsePlatformExpert } from './structs/platform-expert.ts';

const IOREG_WITHIN_MS = 10_000;

/** Who this machine is, from system settings; serial number and id from the registry of devices, once an agent's life. */
export async function readFacts(): Promise<Draft<Facts>> {
  const { serialNumber, machineId } = await readPlatformExpert();
  const version = readText('kern.osproductversion');
  const model = readText('hw.model');
  return {
    hostname: hostname().replace(/\.local$/, ''),
    fqdn: hostname(),
    os: 'darwin',
    osName: `macOS ${version}`,
    osVersion: version,
    osBuild: readText('kern.osversion'),
    kernel: readText('kern.osrelease'),
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    serialNumber,
    manufacturer: 'Apple Inc.',
    model,
    cpuModel: readText('machdep.cpu.brand_string'),
    cpuCores: readNumber('hw.logicalcpu'),
    memoryTotalBytes: readNumber('hw.memsize'),
    bootedAtMs: readBootTime(),
    machineId,
    interfaces: readInterfaces(),
    timezone: readTimezone(),
    virtualisation: hypervisorOf(model),
  };
}

let known: Promise<PlatformExpert> | undefined;

function readPlatformExpert(): Promise<PlatformExpert> {
  known ??= askRegistry();
  return known;
}

async function askRegistry(): Promise<PlatformExpert> {
  try {
    const ioreg = Bun.spawn(['/usr/sbin/ioreg', '-rd1', '-c', 'IOPlatformExpertDevice'], {
      stdout: 'pipe',
      stderr: 'ignore',
      timeout: IOREG_WITHIN_MS,
    });
    return parsePlatformExpert(await ioreg.stdout.text());
  } catch {
    return { serialNumber: '', machineId: '' };
  }
}

/** `struct timeval`: seconds (64 bits) and microseconds. */
function readBootTime(): number {
  const time = readSetting('kern.boottime', 16);
  return time ? Number(new DataView(time.buffer).getBigInt64(0, true)) * 1000 : 0;
}

function readTimezone(): string {
  try {
    return readlinkSync('/etc/localtime').split('/zoneinfo/')[1] ?? 'UTC';
  } catch {
    return 'UTC';
  }
}

function readInterfaces(): Facts['interfaces'] {
  return Object.entries(networkInterfaces())
    .filter(([, addresses = []]) => addresses.some((one) => !one.internal))
    .map(([name, addresses = []]) => ({
      name,
      mac: addresses[0]?.mac ?? '',
      addresses: addresses.flatMap((one) => (one.cidr ? [one.cidr] : [])).sort(),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
