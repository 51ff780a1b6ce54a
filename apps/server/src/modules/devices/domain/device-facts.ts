import { isIP } from 'node:net';
import { MusterError, type NetworkInterface } from '@muster/contracts';
import type { Facts } from '@muster/contracts/wire';
import { fold } from '@muster/query';
import type { z } from 'zod';
import { storableText } from '../../../platform/storable-text.ts';

/** What a device says about itself, cleaned. Null where the system does not tell. */
export type DeviceFacts = {
  readonly hostname: string;
  readonly os: 'linux' | 'windows' | 'darwin';
  readonly osName: string;
  readonly osVersion: string;
  readonly arch: string;
  readonly serialNumber: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** ISO 8601, whole seconds. */
  readonly bootedAt: string | null;
  /** Addresses somebody could reach it by: neither loopback nor link-local. Without prefix lengths. */
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly fqdn: string | null;
  readonly osBuild: string | null;
  readonly kernel: string | null;
  readonly cpuModel: string | null;
  readonly cpuCores: number | null;
  readonly memoryTotalBytes: number | null;
  readonly timezone: string | null;
  readonly virtualisation: string | null;
  readonly machineId: string | null;
  readonly interfaces: readonly z.infer<typeof NetworkInterface>[];
};

const MAX_TEXT = 255;
/** What an agent may call its version (characters). */
export const MAX_AGENT_VERSION = 64;
const MAX_INTERFACES = 128;
const MAX_ADDRESSES = 32;
const MAX_ADDRESSES_PER_INTERFACE = 16;
/** Two reports of one boot differ by rounding and by the clock's drift. */
const SAME_BOOT_MS = 10_000;
const UNREACHABLE = /^(127\.|169\.254\.|::1$|fe80:|0\.0\.0\.0$|::$)/i;
const MAC = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i;

/** Reads facts off the wire. Nothing in them is believed beyond its form; throws invalid_input for an unknown system. */
export function readFacts(facts: Facts): DeviceFacts {
  const interfaces = facts.interfaces.slice(0, MAX_INTERFACES).map(readInterface);
  return {
    hostname: text(facts.hostname) ?? 'unnamed',
    os: readSystem(facts.os),
    osName: text(facts.osName) ?? '',
    osVersion: text(facts.osVersion) ?? '',
    arch: text(facts.arch) ?? '',
    serialNumber: text(facts.serialNumber),
    manufacturer: text(facts.manufacturer),
    model: text(facts.model),
    bootedAt: readInstant(facts.bootedAtMs),
    addresses: reachable(interfaces.flatMap((one) => one.addresses)),
    macs: [...new Set(interfaces.flatMap((one) => (one.mac ? [one.mac] : [])))],
    fqdn: text(facts.fqdn),
    osBuild: text(facts.osBuild),
    kernel: text(facts.kernel),
    cpuModel: text(facts.cpuModel),
    cpuCores: facts.cpuCores || null,
    memoryTotalBytes: Number(facts.memoryTotalBytes) || null,
    timezone: text(facts.timezone),
    virtualisation: text(facts.virtualisation),
    machineId: text(facts.machineId),
    interfaces,
  };
}

/** Names of the facts that differ; a boot time within ten seconds of the known one is the same boot. */
export function changedFacts(before: DeviceFacts, after: DeviceFacts): (keyof DeviceFacts)[] {
  return (Object.keys(after) as (keyof DeviceFacts)[]).filter((name) =>
    name === 'bootedAt'
      ? !isSameBoot(before.bootedAt, after.bootedAt)
      : JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/** What a bare word in the search box is looked for in, folded, a line each. */
export function searchText(
  facts: Pick<DeviceFacts, 'hostname' | 'serialNumber' | 'addresses'>,
  displayName: string | null,
): string {
  const lines = [facts.hostname, displayName, facts.serialNumber, ...facts.addresses];
  return fold(lines.filter(Boolean).join('\n'));
}

function isSameBoot(before: string | null, after: string | null): boolean {
  if (before === null || after === null) return before === after;
  return Math.abs(Date.parse(before) - Date.parse(after)) < SAME_BOOT_MS;
}

/** A machine's words on one line: without control characters, trimmed, clipped, and storable. */
export function cleanWords(raw: string, maxLength: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name stands on one line
  const clean = raw.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return storableText(clean, maxLength);
}

/** Null where nothing is left. */
function text(raw: string): string | null {
  return cleanWords(raw, MAX_TEXT) || null;
}

function readSystem(os: string): DeviceFacts['os'] {
  if (os === 'linux' || os === 'windows' || os === 'darwin') return os;
  throw new MusterError('invalid_input', `No system is called "${os.slice(0, 40)}".`, {
    os: os.slice(0, 40),
  });
}

function readInstant(ms: bigint): string | null {
  const instant = new Date(Math.round(Number(ms) / 1_000) * 1_000);
  return ms > 0n && !Number.isNaN(instant.getTime()) ? instant.toISOString() : null;
}

function readInterface(one: Facts['interfaces'][number]): DeviceFacts['interfaces'][number] {
  return {
    name: text(one.name) ?? '?',
    mac: MAC.test(one.mac) ? one.mac.toLowerCase().replaceAll('-', ':') : null,
    addresses: one.addresses.filter(isAddress).slice(0, MAX_ADDRESSES_PER_INTERFACE),
  };
}

/** An address with or without a prefix length. A zone (`%eth0`) has no meaning elsewhere. */
function isAddress(written: string): boolean {
  const [address = '', prefix, more] = written.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return isIP(address) !== 0 && !address.includes('%') && isPrefix && more === undefined;
}

function reachable(written: readonly string[]): string[] {
  const hosts = written.map((one) => one.split('/')[0] ?? '').filter((host) => !UNREACHABLE.test(host));
  return [...new Set(hosts)].slice(0, MAX_ADDRESSES);
}
