import type { Finding } from '../../../inventory/item.ts';

/** What the shell says of BitLocker on each fixed drive, by its name ("C:"); undefined where it says nothing. */
export type Protections = ReadonlyMap<string, number | undefined>;

type State = 'on' | 'off' | 'partly' | 'unknown';

/**
 * Values of `System.Volume.BitLockerProtection`. Microsoft documents the property and not its values; these are the names
 * that Windows itself shows for them. Only 1 and 6 are protection: while a volume is being encrypted or decrypted, is
 * suspended, or waits for its activation, the key or a part of the content lies open.
 */
const STATES: Readonly<Record<number, State>> = {
  1: 'on',
  2: 'off',
  3: 'partly', // being encrypted
  4: 'partly', // being decrypted
  5: 'partly', // suspended
  6: 'on', // locked
  8: 'partly', // waits for activation
};

/** Silence and numbers that nobody knows are "unknown", never "off". */
export function encryptionState(protection: number | undefined): State {
  return protection === undefined ? 'unknown' : (STATES[protection] ?? 'unknown');
}

/** Whether a volume's content is unreadable without its key; null where it is open in part, or nobody says. */
export function isEncrypted(protection: number | undefined): boolean | null {
  const state = encryptionState(protection);
  return state === 'on' ? true : state === 'off' ? false : null;
}

/** IV-5: BitLocker and device encryption, by volume. */
export function addEncryption(protections: Protections, finding: Finding): void {
  for (const [drive, protection] of protections) {
    const state = encryptionState(protection);
    const method = state === 'on' || state === 'partly' ? 'BitLocker' : null;
    finding.add('encryption', drive, { state, method });
  }
}
