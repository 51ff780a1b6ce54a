import { fileTimeToMs } from '../tables/file-time.ts';

/** A key: below HKEY_LOCAL_MACHINE and in the 64-bit view unless it says otherwise. */
export type RegistryPlace = {
  readonly path: string;
  readonly root?: 'machine' | 'users';
  readonly view?: 64 | 32;
};

/** Text, numbers of 32 and 64 bits, and bytes; values of other types are left out. */
export type RegistryValue = string | number | Uint8Array;

/** What the inventory reads of the registry. */
export interface RegistryTree {
  /** Names of the keys below a key; empty where there is none. */
  keys(place: RegistryPlace): readonly string[];
  /** All values of a key; undefined where there is no such key. */
  values(place: RegistryPlace): Readonly<Record<string, RegistryValue>> | undefined;
}

type Values = ReturnType<RegistryTree['values']>;

/** A text that says something. */
export function textOf(values: Values, name: string): string | null {
  const value = values?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function numberOf(values: Values, name: string): number | null {
  const value = values?.[name];
  return typeof value === 'number' ? value : null;
}

/** An instant counted as FILETIME counts; null for none. */
export function instantOf(fileTime: bigint): string | null {
  const at = new Date(fileTimeToMs(fileTime));
  return fileTime > 0n && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}
