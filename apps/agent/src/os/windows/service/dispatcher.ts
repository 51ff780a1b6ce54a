import { dlopen, JSCallback, ptr, FFIType as T } from 'bun:ffi';
import { fixedBytes } from '../native/fixed-bytes.ts';
import { kernel32, WindowsError } from '../native/kernel32.ts';
import { toWide } from '../native/wide.ts';
import { SERVICE_STATE } from './scm.ts';

const advapi32 = dlopen('advapi32.dll', {
  RegisterServiceCtrlHandlerExW: { args: [T.ptr, T.ptr, T.ptr], returns: T.i64_fast },
  SetServiceStatus: { args: [T.i64_fast, T.ptr], returns: T.i32 },
}).symbols;

const OWN_PROCESS = 0x10;
/** Stop, shutdown, power events, preshutdown. */
const ACCEPTED = 0x1 | 0x4 | 0x40 | 0x100;
const PENDING_MS = 15_000;
const STARTS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;
const NO_ERROR = 0;
const STILL_ACTIVE = 259;
const SERVICE_SPECIFIC_ERROR = 1066;

/** A running service's line to the Service Control Manager. */
export type ServiceLine = {
  running(): void;
  stopping(): void;
  /** The last word: the process may be ended by the system after it. 0 means that all is well. */
  stopped(exitCode: number): void;
};

/** Bytes and callbacks that Windows holds pointers to: they live as long as the process. */
const held: unknown[] = [];

/**
 * Connects this process to the Service Control Manager, which started it. StartServiceCtrlDispatcher blocks its thread
 * for as long as the service runs, so it *is* a thread: it has the form of a thread's main function, and no second
 * JavaScript engine is paid for. Windows calls ServiceMain and the handler on threads of its own; both only leave a
 * note for this one (`threadsafe`), so nothing may be read through a pointer there.
 */
export async function connectService(
  name: string,
  onControl: (control: number, event: number) => void,
): Promise<ServiceLine> {
  const wideName = toWide(name);
  const began = Promise.withResolvers<void>();
  const main = new JSCallback(() => began.resolve(), {
    args: [T.u32, T.ptr],
    returns: T.void,
    threadsafe: true,
  });
  const handler = new JSCallback(
    (control: number, event: number) => {
      onControl(control, event);
      return NO_ERROR;
    },
    // Windows gets its answer before this one is asked: 0, which only a numeric type promises
    { args: [T.u32, T.u32, T.ptr, T.ptr], returns: T.u32, threadsafe: true },
  );
  // SERVICE_TABLE_ENTRYW: name and main function; an empty one ends the table
  const table = new BigUint64Array(fixedBytes(32).buffer);
  table.set([BigInt(ptr(wideName)), BigInt(main.ptr ?? 0), 0n, 0n]);
  held.push(wideName, main, handler, table);
  const thread = startDispatcher(table);
  await Promise.race([began.promise, failure(thread)]);
  const status = Number(advapi32.RegisterServiceCtrlHandlerExW(wideName, handler.ptr, null));
  if (status === 0) throw new WindowsError('RegisterServiceCtrlHandlerEx', kernel32.GetLastError());
  return lineTo(status);
}

function startDispatcher(table: BigUint64Array): number {
  const advapi = kernel32.GetModuleHandleW(toWide('advapi32.dll'));
  const dispatcher = kernel32.GetProcAddress(Number(advapi), Buffer.from('StartServiceCtrlDispatcherW\0'));
  if (BigInt(dispatcher) === 0n) throw new WindowsError('GetProcAddress', kernel32.GetLastError());
  const thread = Number(kernel32.CreateThread(null, 0, dispatcher, table, 0, null));
  if (thread === 0) throw new WindowsError('CreateThread', kernel32.GetLastError());
  return thread;
}

/** Rejects when the dispatcher gives up before the service has begun. */
async function failure(thread: number): Promise<never> {
  const code = new Uint32Array(1);
  for (let waited = 0; waited < STARTS_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await Bun.sleep(LOOK_EVERY_MS);
    kernel32.GetExitCodeThread(thread, code);
    if (code[0] !== STILL_ACTIVE) break;
  }
  throw new Error('the Service Control Manager does not answer this process');
}

function lineTo(handle: number): ServiceLine {
  const status = new Uint32Array(7);
  const say = (state: number, accepted: number, exitCode: number, waitHintMs: number) => {
    status.set([
      OWN_PROCESS,
      state,
      accepted,
      exitCode === 0 ? 0 : SERVICE_SPECIFIC_ERROR,
      exitCode,
      0,
      waitHintMs,
    ]);
    advapi32.SetServiceStatus(handle, status);
  };
  return {
    running: () => say(SERVICE_STATE.RUNNING, ACCEPTED, 0, 0),
    stopping: () => say(SERVICE_STATE.STOP_PENDING, 0, 0, PENDING_MS),
    stopped: (exitCode) => say(SERVICE_STATE.STOPPED, 0, exitCode, 0),
  };
}
