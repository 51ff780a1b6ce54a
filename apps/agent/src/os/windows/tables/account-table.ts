import type { NativeTable } from '../native/ntdll.ts';
import { fromWide } from '../native/wide.ts';

/** An account of this machine, as Windows keeps it. */
export type LocalAccount = {
  readonly name: string;
  readonly fullName: string;
  readonly administrator: boolean;
  readonly enabled: boolean;
  /** Milliseconds; 0: never, or Windows does not say. */
  readonly lastSignInMs: number;
};

/** Offsets in USER_INFO_2 on 64-bit Windows (lmaccess.h); texts are pointers into the same block. */
const ACCOUNT_BYTES = 152;
const NAME = 0;
const PRIVILEGE = 20;
const FLAGS = 40;
const FULL_NAME = 64;
const LAST_LOGON = 96;
const IS_ADMINISTRATOR = 2;
const IS_DISABLED = 2;

/** Reads `count` accounts of what NetUserEnum wrote. */
export function parseAccounts({ bytes, base }: NativeTable, count: number): LocalAccount[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => {
    const offset = Number(view.getBigUint64(at, true)) - base;
    return offset >= 0 && offset < bytes.length ? fromWide(bytes, offset) : '';
  };
  const rows = Math.min(count, Math.floor(bytes.length / ACCOUNT_BYTES));
  return Array.from({ length: rows }, (_, row) => row * ACCOUNT_BYTES).map((at) => ({
    name: text(at + NAME),
    fullName: text(at + FULL_NAME),
    administrator: view.getUint32(at + PRIVILEGE, true) === IS_ADMINISTRATOR,
    enabled: (view.getUint32(at + FLAGS, true) & IS_DISABLED) === 0,
    lastSignInMs: view.getUint32(at + LAST_LOGON, true) * 1000,
  }));
}
