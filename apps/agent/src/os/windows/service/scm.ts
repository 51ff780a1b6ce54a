import { dlopen, ptr, FFIType as T } from 'bun:ffi';
import { fixedBytes } from '../native/fixed-bytes.ts';
import { kernel32, WIN_ERROR, WindowsError } from '../native/kernel32.ts';
import { toWide } from '../native/wide.ts';

const HANDLE = T.i64_fast;

const advapi32 = dlopen('advapi32.dll', {
  OpenSCManagerW: { args: [T.ptr, T.ptr, T.u32], returns: HANDLE },
  OpenServiceW: { args: [HANDLE, T.ptr, T.u32], returns: HANDLE },
  CreateServiceW: {
    args: [HANDLE, T.ptr, T.ptr, T.u32, T.u32, T.u32, T.u32, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr],
    returns: HANDLE,
  },
  ChangeServiceConfigW: {
    args: [HANDLE, T.u32, T.u32, T.u32, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr, T.ptr],
    returns: T.i32,
  },
  ChangeServiceConfig2W: { args: [HANDLE, T.u32, T.ptr], returns: T.i32 },
  StartServiceW: { args: [HANDLE, T.u32, T.ptr], returns: T.i32 },
  ControlService: { args: [HANDLE, T.u32, T.ptr], returns: T.i32 },
  QueryServiceStatus: { args: [HANDLE, T.ptr], returns: T.i32 },
  DeleteService: { args: [HANDLE], returns: T.i32 },
  CloseServiceHandle: { args: [HANDLE], returns: T.i32 },
}).symbols;

const SC_MANAGER_CONNECT = 1;
const SC_MANAGER_CREATE_SERVICE = 2;
/** Query, change, start, stop, delete. */
const FULL_ACCESS = 0x1 | 0x2 | 0x4 | 0x10 | 0x20 | 0x10000;
const QUERY_ACCESS = 0x4;
const OWN_PROCESS = 0x10;
const AUTO_START = 2;
const ERROR_NORMAL = 1;
const CONTROL_STOP = 1;
const CONFIG_DESCRIPTION = 1;
const CONFIG_FAILURE_ACTIONS = 2;
const CONFIG_FAILURE_FLAG = 4;
const CONFIG_PRESHUTDOWN = 7;
const ACTION_RESTART = 1;

/** States of a service as the Service Control Manager numbers them. */
export const SERVICE_STATE = { STOPPED: 1, START_PENDING: 2, STOP_PENDING: 3, RUNNING: 4 } as const;

export type ServiceConfig = {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** The whole command line, the program in quotes. */
  readonly commandLine: string;
  readonly restartAfterMs: number;
  readonly preshutdownMs: number;
};

/** State of a service; undefined when it is not installed. Needs no administrator. */
export function queryService(name: string): number | undefined {
  return withService(name, QUERY_ACCESS, stateOf);
}

/** Creates the service, or brings an existing one to this configuration. */
export function putService(config: ServiceConfig): void {
  const existing = withService(config.name, FULL_ACCESS, (service) => {
    const keep = null;
    check(
      'ChangeServiceConfig',
      advapi32.ChangeServiceConfigW(
        service,
        OWN_PROCESS,
        AUTO_START,
        ERROR_NORMAL,
        toWide(config.commandLine),
        keep,
        keep,
        keep,
        keep,
        keep,
        toWide(config.displayName),
      ),
    );
    describe(service, config);
    return true;
  });
  if (existing) return;
  withManager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE, (manager) => {
    const service = Number(
      advapi32.CreateServiceW(
        manager,
        toWide(config.name),
        toWide(config.displayName),
        FULL_ACCESS,
        OWN_PROCESS,
        AUTO_START,
        ERROR_NORMAL,
        toWide(config.commandLine),
        null,
        null,
        null,
        null,
        null,
      ),
    );
    check('CreateService', service);
    try {
      describe(service, config);
    } finally {
      advapi32.CloseServiceHandle(service);
    }
  });
}

/** Starts the service; one that runs already is fine. */
export function startService(name: string): void {
  withService(name, FULL_ACCESS, (service) => {
    check('StartService', advapi32.StartServiceW(service, 0, null), WIN_ERROR.SERVICE_ALREADY_RUNNING);
  });
}

/** Asks the service to stop; one that is not there or does not run is fine. */
export function stopService(name: string): void {
  withService(name, FULL_ACCESS, (service) => {
    if (stateOf(service) === SERVICE_STATE.STOPPED) return;
    const status = new Uint32Array(7);
    check(
      'ControlService',
      advapi32.ControlService(service, CONTROL_STOP, status),
      WIN_ERROR.SERVICE_NOT_ACTIVE,
    );
  });
}

/** Removes the service; one that is not there is fine. */
export function deleteService(name: string): void {
  withService(name, FULL_ACCESS, (service) => {
    check('DeleteService', advapi32.DeleteService(service), WIN_ERROR.SERVICE_MARKED_FOR_DELETE);
  });
}

/** Description, restart after any kind of end, and the time that a shutdown waits for the goodbye. */
function describe(service: number, config: ServiceConfig): void {
  configure(service, CONFIG_DESCRIPTION, withPointer(8, 0, toWide(config.description)));
  // SC_ACTION, three times: kind and milliseconds
  const action = [ACTION_RESTART, config.restartAfterMs];
  const actions = new Uint8Array(new Uint32Array([...action, ...action, ...action]).buffer);
  const failures = withPointer(40, 32, actions);
  const view = new DataView(failures.buffer);
  view.setUint32(0, 86_400, true); // seconds without a failure after which counting starts anew
  view.setUint32(24, 3, true);
  configure(service, CONFIG_FAILURE_ACTIONS, failures);
  configure(service, CONFIG_FAILURE_FLAG, new Uint32Array([1]), WIN_ERROR.INVALID_LEVEL);
  configure(service, CONFIG_PRESHUTDOWN, new Uint32Array([config.preshutdownMs]));
}

/** A structure with a pointer at `at` to what lies behind it in the same bytes, so that both live equally long. */
function withPointer(size: number, at: number, tail: Uint8Array): Uint8Array {
  const bytes = fixedBytes(size + tail.length);
  bytes.set(tail, size);
  new DataView(bytes.buffer).setBigUint64(at, BigInt(ptr(bytes) + size), true);
  return bytes;
}

function configure(service: number, what: number, value: Uint8Array | Uint32Array, isFine?: number): void {
  check('ChangeServiceConfig2', advapi32.ChangeServiceConfig2W(service, what, value), isFine);
}

function stateOf(service: number): number {
  const status = new Uint32Array(7);
  check('QueryServiceStatus', advapi32.QueryServiceStatus(service, status));
  return status[1] ?? 0;
}

function withManager<Result>(access: number, use: (manager: number) => Result): Result {
  const manager = Number(advapi32.OpenSCManagerW(null, null, access));
  check('OpenSCManager', manager);
  try {
    return use(manager);
  } finally {
    advapi32.CloseServiceHandle(manager);
  }
}

function withService<Result>(
  name: string,
  access: number,
  use: (service: number) => Result,
): Result | undefined {
  return withManager(SC_MANAGER_CONNECT, (manager) => {
    const service = Number(advapi32.OpenServiceW(manager, toWide(name), access));
    if (service === 0 && kernel32.GetLastError() === WIN_ERROR.SERVICE_DOES_NOT_EXIST) return undefined;
    check('OpenService', service);
    try {
      return use(service);
    } finally {
      advapi32.CloseServiceHandle(service);
    }
  });
}

/** Throws with Windows' own code when a call gave nothing, unless it is the code that is fine here. */
function check(call: string, result: number | bigint, isFine?: number): void {
  if (Number(result) !== 0) return;
  const code = kernel32.GetLastError();
  if (code !== isFine) throw new WindowsError(call, code);
}
