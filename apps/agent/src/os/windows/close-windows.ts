import { dlopen, FFIType as T } from 'bun:ffi';

const WM_CLOSE = 0x10;

/** Loaded only when somebody ends a process: user32 costs an idle agent memory that it never uses. */
function openUser32() {
  return dlopen('user32.dll', {
    FindWindowExW: { args: [T.u64, T.u64, T.ptr, T.ptr], returns: T.u64 },
    GetWindowThreadProcessId: { args: [T.u64, T.ptr], returns: T.u32 },
    PostMessageW: { args: [T.u64, T.u32, T.u64, T.u64], returns: T.i32 },
  }).symbols;
}

let user32: ReturnType<typeof openUser32> | undefined;

/**
 * Asks every top-level window of a process to close, as a click on its cross would; how many were asked. Windows of
 * other sessions cannot be seen: a service reaches no program on somebody's desktop, and no console program has any.
 */
export function closeWindows(pid: number): number {
  user32 ??= openUser32();
  const owner = new Uint32Array(1);
  let asked = 0;
  for (let window = 0n, seen = 0; seen < 10_000; seen++) {
    window = user32.FindWindowExW(0n, window, null, null);
    if (window === 0n) break;
    user32.GetWindowThreadProcessId(window, owner);
    if (owner[0] === pid && user32.PostMessageW(window, WM_CLOSE, 0n, 0n)) asked += 1;
  }
  return asked;
}
