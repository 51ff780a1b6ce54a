import { existsSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import type { Draft } from '../../wire/codec.ts';
import type { Facts } from '../../wire/messages.gen.ts';
import { hypervisorOf, unlessFiller } from '../hypervisors.ts';
import { readText } from './proc-file.ts';

/** Who this machine is, from /etc/os-release, /proc and the firmware's tables in /sys. */
export function readFacts(root: string): Draft<Facts> {
  const release = parseRelease(readText(`${root}/etc/os-release`) ?? '');
  const dmi = (name: string) => readText(`${root}/sys/class/dmi/id/${name}`) ?? '';
  const serial = dmi('product_serial');
  const model = readText(`${root}/proc/device-tree/model`)?.replaceAll('\0', '') ?? '';
  const deviceTreeSerial = readText(`${root}/proc/device-tree/serial-number`)?.replaceAll('\0', '') ?? '';
  return {
    hostname: hostname(),
    fqdn: qualifiedName(root),
    os: 'linux',
    osName: release.get('PRETTY_NAME') ?? 'Linux',
    osVersion: readDebianVersion(root, release) ?? release.get('VERSION_ID') ?? '',
    osBuild: release.get('BUILD_ID') ?? '',
    kernel: readText(`${root}/proc/sys/kernel/osrelease`) ?? '',
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    serialNumber: unlessFiller(serial) || deviceTreeSerial,
    manufacturer: dmi('sys_vendor'),
    model: dmi('product_name') || model,
    ...readProcessors(root),
    memoryTotalBytes: kibibytes(readText(`${root}/proc/meminfo`), 'MemTotal'),
    bootedAtMs: bootedAt(root),
    machineId: readText(`${root}/etc/machine-id`) ?? '',
    interfaces: readInterfaces(),
    timezone: readTimezone(root),
    virtualisation: detectVirtualisation(root, `${dmi('sys_vendor')} ${dmi('product_name')}`),
  };
}

/** os-release(5): KEY=value lines, values with or without quotes. */
export function parseRelease(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Z_0-9]+)=(.*)$/.exec(line) ?? [];
    if (key && value !== undefined) found.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  return found;
}

/** Debian says only "12" in os-release; the point release is in a file of its own. */
function readDebianVersion(root: string, release: Map<string, string>): string | undefined {
  if (release.get('ID') !== 'debian') return undefined;
  const version = readText(`${root}/etc/debian_version`);
  return version && /^\d/.test(version) ? version : undefined;
}

/** Without the runtime's own tables of zones, which would cost the agent 1.4 MB for good. */
function readTimezone(root: string): string {
  try {
    const [, zone] = readlinkSync(`${root}/etc/localtime`).split('/zoneinfo/');
    if (zone) return zone;
  } catch {
    // a copy instead of a link, or nothing: UTC
  }
  return readText(`${root}/etc/timezone`) ?? 'UTC';
}

function readProcessors(root: string): { cpuModel: string; cpuCores: number } {
  const text = readText(`${root}/proc/cpuinfo`) ?? '';
  const [, model = ''] = /^(?:model name|Model|cpu model)\s*:\s*(.+)$/m.exec(text) ?? [];
  return { cpuModel: model, cpuCores: text.match(/^processor\s*:/gm)?.length ?? 0 };
}

function kibibytes(text: string | undefined, key: string): number {
  const [, number = '0'] = new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text ?? '') ?? [];
  return Number(number) * 1024;
}

function bootedAt(root: string): number {
  const [, seconds = '0'] = /^btime (\d+)$/m.exec(readText(`${root}/proc/stat`) ?? '') ?? [];
  return Number(seconds) * 1000;
}

/** The name with a dot that /etc/hosts gives this machine; no resolver is asked, so nothing can hang. */
function qualifiedName(root: string): string {
  const short = hostname();
  if (short.includes('.')) return short;
  const names = (readText(`${root}/etc/hosts`) ?? '').split(/\s+/);
  return names.find((name) => name.startsWith(`${short}.`)) ?? short;
}

function readInterfaces(): Facts['interfaces'] {
  return Object.entries(networkInterfaces())
    .filter(([name]) => name !== 'lo' && !name.startsWith('veth'))
    .map(([name, addresses = []]) => ({
      name,
      mac: addresses[0]?.mac ?? '',
      addresses: addresses.flatMap((one) => (one.cidr ? [one.cidr] : [])).sort(),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** A container by the marks that its manager leaves, else a hypervisor by the firmware's names; empty on real hardware. */
function detectVirtualisation(root: string, maker: string): string {
  return containerOf(root) ?? hypervisorOf(maker);
}

/** What contains this system, where it is a container's: docker, lxc, systemd-nspawn. */
export function containerOf(root: string): string | undefined {
  return (
    readText(`${root}/run/systemd/container`) || (existsSync(`${root}/.dockerenv`) ? 'docker' : undefined)
  );
}
