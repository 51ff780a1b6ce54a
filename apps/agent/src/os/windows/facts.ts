import { hostname } from 'node:os';
import type { Draft } from '../../wire/codec.ts';
import type { Facts } from '../../wire/messages.gen.ts';
import { hypervisorOf, unlessFiller } from '../hypervisors.ts';
import { uptimeMs } from './boot.ts';
import { readMemory } from './collectors/memory.ts';
import { readFirmwareTable } from './native/firmware.ts';
import { kernel32 } from './native/kernel32.ts';
import { queryAdapters } from './native/network.ts';
import { readVersion } from './native/ntdll.ts';
import { readRegistryNumber, readRegistryText } from './native/registry.ts';
import { fromWide } from './native/wide.ts';
import { parseAdapters } from './tables/adapters.ts';
import { parseSmbios } from './tables/smbios.ts';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const CRYPTOGRAPHY = 'SOFTWARE\\Microsoft\\Cryptography';
const PROCESSOR = 'HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0';
const BIOS = 'HARDWARE\\DESCRIPTION\\System\\BIOS';
const NAME_HOST = 5;
const NAME_FULL = 7;
const FIRST_BUILD_OF_11 = 22_000;

/** Who this machine is, from the registry, the firmware's table and the network adapters. */
export function readFacts(): Draft<Facts> {
  const version = readVersion();
  const revision = readRegistryNumber(CURRENT_VERSION, 'UBR');
  const firmware = readFirmware();
  return {
    hostname: computerName(NAME_HOST) || hostname(),
    fqdn: computerName(NAME_FULL) || hostname(),
    os: 'windows',
    osName: systemName(version),
    osVersion: version.text,
    osBuild: revision === undefined ? String(version.build) : `${version.build}.${revision}`,
    kernel: version.text,
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    serialNumber: firmware.serialNumber,
    manufacturer: firmware.manufacturer,
    model: firmware.model,
    cpuModel: readRegistryText(PROCESSOR, 'ProcessorNameString').replace(/\s+/g, ' '),
    cpuCores: navigator.hardwareConcurrency,
    memoryTotalBytes: readMemory().total,
    bootedAtMs: Math.round(Date.now() - uptimeMs()),
    machineId: readRegistryText(CRYPTOGRAPHY, 'MachineGuid'),
    interfaces: parseAdapters(queryAdapters()),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    virtualisation: hypervisorOf(`${firmware.manufacturer} ${firmware.model}`),
  };
}

/** "Windows 11 Pro 23H2": the registry of Windows 11 still says 10, and only the build tells them apart. */
function systemName({ build, isServer }: { build: number; isServer: boolean }): string {
  const product = readRegistryText(CURRENT_VERSION, 'ProductName') || 'Windows';
  const name =
    !isServer && build >= FIRST_BUILD_OF_11 ? product.replace('Windows 10', 'Windows 11') : product;
  const release =
    readRegistryText(CURRENT_VERSION, 'DisplayVersion') || readRegistryText(CURRENT_VERSION, 'ReleaseId');
  return release ? `${name} ${release}` : name;
}

function readFirmware() {
  const said = parseSmbios(readFirmwareTable());
  return {
    manufacturer: unlessFiller(said.manufacturer || readRegistryText(BIOS, 'SystemManufacturer')),
    model: unlessFiller(said.model || readRegistryText(BIOS, 'SystemProductName')),
    serialNumber: unlessFiller(said.serialNumber),
  };
}

/** The machine's own name, as it is or fully qualified. */
function computerName(kind: number): string {
  const name = new Uint8Array(1024);
  const length = new Uint32Array([name.length / 2]);
  return kernel32.GetComputerNameExW(kind, name, length) ? fromWide(name) : '';
}
