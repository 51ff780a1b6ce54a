import { dlopen, FFIType as T } from 'bun:ffi';
import type { BatteryPort, BatterySource } from '../inventory/batteries.ts';
import { guidBytes } from './guid.ts';
import { kernel32, WindowsError } from './kernel32.ts';
import { fromWide, toWide } from './wide.ts';

const HANDLE = T.i64_fast;

const setupapi = dlopen('setupapi.dll', {
  SetupDiGetClassDevsW: { args: [T.ptr, T.ptr, HANDLE, T.u32], returns: HANDLE },
  SetupDiEnumDeviceInterfaces: { args: [HANDLE, T.ptr, T.ptr, T.u32, T.ptr], returns: T.i32 },
  SetupDiGetDeviceInterfaceDetailW: {
    args: [HANDLE, T.ptr, T.ptr, T.u32, T.ptr, T.ptr],
    returns: T.i32,
  },
  SetupDiDestroyDeviceInfoList: { args: [HANDLE], returns: T.i32 },
}).symbols;

const power = dlopen('kernel32.dll', { GetSystemPowerStatus: { args: [T.ptr], returns: T.i32 } }).symbols;

/** GUID_DEVICE_BATTERY (batclass.h): the interface of everything that holds a battery. */
const BATTERIES = guidBytes('72631e54-78a4-11d0-bcf7-00aa00b7b32a');
const PRESENT_INTERFACES = 0x12;
const INVALID_HANDLE = -1;
const POWER_STATUS_BYTES = 12;
/** SP_DEVICE_INTERFACE_DATA on 64-bit Windows; its first member says how long it is. */
const INTERFACE_BYTES = 32;
/** SP_DEVICE_INTERFACE_DETAIL_DATA_W calls itself 8 long there; the path follows that number. */
const DETAIL_SIZE = 8;
const PATH_AT = 4;
const MOST_DETAIL_BYTES = 4_096;
const MOST_PORTS = 64;
const READ_AND_WRITE = 0xc000_0000;
const SHARE_READ_AND_WRITE = 3;
const OPEN_EXISTING = 3;
const IOCTL_QUERY_TAG = 0x294040;
const IOCTL_QUERY_INFORMATION = 0x294044;
const MOST_ANSWER_BYTES = 1_024;

/** The batteries' drivers, as Microsoft documents under “Enumerating Battery Devices”. */
export const batteries: BatterySource = {
  powerStatus() {
    const status = new Uint8Array(POWER_STATUS_BYTES);
    if (!power.GetSystemPowerStatus(status))
      throw new WindowsError('GetSystemPowerStatus', kernel32.GetLastError());
    return status;
  },
  visit(read) {
    let refused: WindowsError | undefined;
    for (const path of listPorts()) {
      const handle = openPort(path);
      if (handle instanceof WindowsError) {
        refused = handle;
        continue;
      }
      try {
        read(portOf(handle));
      } finally {
        kernel32.CloseHandle(handle);
      }
    }
    if (refused) throw refused;
  },
};

/** Paths under which the drivers can be opened. */
function listPorts(): string[] {
  const list = Number(setupapi.SetupDiGetClassDevsW(BATTERIES, null, 0, PRESENT_INTERFACES));
  if (list === INVALID_HANDLE) throw new WindowsError('SetupDiGetClassDevs', kernel32.GetLastError());
  try {
    const paths: string[] = [];
    const port = new Uint8Array(INTERFACE_BYTES);
    const detail = new Uint8Array(MOST_DETAIL_BYTES);
    for (let at = 0; at < MOST_PORTS; at += 1) {
      new DataView(port.buffer).setUint32(0, INTERFACE_BYTES, true);
      if (!setupapi.SetupDiEnumDeviceInterfaces(list, null, BATTERIES, at, port)) break;
      new DataView(detail.buffer).setUint32(0, DETAIL_SIZE, true);
      if (setupapi.SetupDiGetDeviceInterfaceDetailW(list, port, detail, detail.length, null, null))
        paths.push(fromWide(detail, PATH_AT));
    }
    return paths;
  } finally {
    setupapi.SetupDiDestroyDeviceInfoList(list);
  }
}

function openPort(path: string): number | WindowsError {
  const handle = Number(
    kernel32.CreateFileW(toWide(path), READ_AND_WRITE, SHARE_READ_AND_WRITE, null, OPEN_EXISTING, 0, 0),
  );
  return handle === INVALID_HANDLE ? new WindowsError('opening a battery', kernel32.GetLastError()) : handle;
}

function portOf(handle: number): BatteryPort {
  const ask = (code: number, question: Uint32Array, size: number) => {
    const answer = new Uint8Array(new ArrayBuffer(size));
    const returned = new Uint32Array(1);
    const { byteLength } = question;
    const done = kernel32.DeviceIoControl(handle, code, question, byteLength, answer, size, returned, null);
    return done ? answer.subarray(0, returned[0]) : undefined;
  };
  return {
    tag() {
      // the question is how long to wait for a battery: not at all
      const answer = ask(IOCTL_QUERY_TAG, new Uint32Array(1), 4);
      if (!answer || answer.length < 4) return undefined;
      return new DataView(answer.buffer).getUint32(0, true) || undefined;
    },
    // BATTERY_QUERY_INFORMATION: tag, level, and a rate that only estimates need
    query: (tag, level) => ask(IOCTL_QUERY_INFORMATION, new Uint32Array([tag, level, 0]), MOST_ANSWER_BYTES),
  };
}
