import { fromWide } from '../native/wide.ts';
import { fileTimeToMs } from './file-time.ts';

/** Somebody who is signed in, at the machine or from afar. */
export type SignedIn = {
  readonly account: string;
  readonly domain: string;
  readonly terminal: string;
  readonly sinceMs: number;
};

/** WTS_SESSION_INFOW on 64-bit Windows (wtsapi32.h): the number, a pointer to the name, the state. */
export const SESSION_BYTES = 24;
const STATE = 16;
/** Active and disconnected: whoever is locked out or away is still signed in. */
const SIGNED_IN: ReadonlySet<number> = new Set([0, 4]);

/** Numbers of the sessions that may be somebody's. */
export function parseSessions(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = Math.floor(bytes.length / SESSION_BYTES);
  return Array.from({ length: rows }, (_, row) => row * SESSION_BYTES)
    .filter((at) => SIGNED_IN.has(view.getUint32(at + STATE, true)))
    .map((at) => view.getUint32(at, true));
}

/** Offsets in WTSINFOW: names of fixed length, then five instants. */
const STATION = 32;
const STATION_BYTES = 64;
const DOMAIN = 96;
const DOMAIN_BYTES = 34;
const USER = 130;
const USER_BYTES = 42;
const LOGON_TIME = 200;
const WTSINFO_BYTES = 216;

/** Whose session it is; undefined for one of nobody, as that of the services. */
export function parseSession(bytes: Uint8Array): SignedIn | undefined {
  if (bytes.length < WTSINFO_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const account = fromWide(bytes, USER, USER_BYTES);
  if (account === '') return undefined;
  const since = view.getBigUint64(LOGON_TIME, true);
  return {
    account,
    domain: fromWide(bytes, DOMAIN, DOMAIN_BYTES),
    terminal: fromWide(bytes, STATION, STATION_BYTES),
    sinceMs: since > 0n ? fileTimeToMs(since) : 0,
  };
}
