import type { Lifecycle } from '@muster/contracts';
import { OLDEST_PROTOCOL } from '@muster/contracts/wire';

/**
 * One operating-system boot under which a device's key has spoken, newest last. `isClone`: an older boot spoke after it,
 * so two machines share the key and this one is the newcomer.
 */
export type Boot = { readonly id: string; readonly isClone: boolean };

/** What the registry knows of a device that has just proven that it holds the key. */
export type KnownDevice = {
  readonly installationId: string;
  readonly lifecycle: Lifecycle;
  readonly boots: readonly Boot[];
};

/** The parts of a hello that decide. */
export type HelloClaims = {
  readonly installationId: string;
  readonly protocol: number;
  readonly bootId: string;
};

export type RejectionCode =
  | 'busy'
  | 'revoked'
  | 'suspended'
  | 'clone'
  | 'protocol_too_old'
  | 'wrong_installation'
  | 'unknown_device';

export type AdmissionDecision =
  | {
      readonly admit: true;
      /** What to store as the device's boots; the same array when nothing changed. */
      readonly boots: readonly Boot[];
      /** A boot that was found out as a clone's just now. */
      readonly cloneFound: boolean;
    }
  | {
      readonly admit: false;
      readonly code: RejectionCode;
      readonly message: string;
      readonly retryAfterMs: number;
    };

/** Boots remembered for each device. A clone that stays away for more boots than this is not noticed. */
export const BOOTS_KEPT = 16;
/** How long a suspended device stays away each time: a resumed one is back within this. */
export const SUSPENDED_RETRY_MS = 60_000;

/**
 * Decides whether a proven device may connect. Boot ids tell clones: each boot makes a new one, so one machine's boot ids
 * never come back. When an older one speaks after a newer one, two machines share the key; the newer boot is the
 * newcomer and is refused until it has taken an identity of its own, which a person approves.
 */
export function decideAdmission(known: KnownDevice, hello: HelloClaims): AdmissionDecision {
  if (hello.installationId !== known.installationId) {
    return reject(
      'wrong_installation',
      'This agent is enrolled with another installation. Enrol it here again.',
    );
  }
  if (hello.protocol < OLDEST_PROTOCOL) {
    return reject('protocol_too_old', 'This agent is too old for this server. Run the installer line again.');
  }
  if (known.lifecycle === 'revoked' || known.lifecycle === 'retired') {
    return reject(
      'revoked',
      `This device is ${known.lifecycle}. To bring it back, enrol it with a new token.`,
    );
  }
  if (known.lifecycle === 'suspended') {
    return reject('suspended', 'This device is suspended on the server.', SUSPENDED_RETRY_MS);
  }
  return decideBoot(known.boots, hello.bootId);
}

function decideBoot(boots: readonly Boot[], bootId: string): AdmissionDecision {
  const at = boots.findIndex((boot) => boot.id === bootId);
  const found = boots[at];
  if (found?.isClone) {
    return reject(
      'clone',
      'Another machine uses the same identity, and it had it first. Taking an identity of its own, which a person approves.',
    );
  }
  if (found === undefined) {
    const kept = [...boots, { id: bootId, isClone: false }].slice(-BOOTS_KEPT);
    return { admit: true, boots: kept, cloneFound: false };
  }
  const later = boots.slice(at + 1);
  if (later.every((boot) => boot.isClone)) return { admit: true, boots, cloneFound: false };
  const marked = boots.map((boot, index) => (index > at ? { ...boot, isClone: true } : boot));
  return { admit: true, boots: marked, cloneFound: true };
}

function reject(code: RejectionCode, message: string, retryAfterMs = 0): AdmissionDecision {
  return { admit: false, code, message, retryAfterMs };
}
