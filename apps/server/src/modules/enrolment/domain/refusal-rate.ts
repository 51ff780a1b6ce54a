import { MusterError } from '@muster/contracts';
import { subscriberOf } from '../../../platform/network.ts';

/** Refused enrolments that one address may cause at once, and how many of them are forgiven each second. */
const BURST = 500;
const PER_SECOND = 20;
/** Addresses remembered at most; those that were refused longest ago go first. */
const MAX_ADDRESSES = 10_000;

/** Keeps whoever guesses, or repeats a token that is no good, from costing the registry and the log more than this. */
export interface RefusalRate {
  /** Throws `rate_limited` where the address has been refused too often. Who is not refused is never counted. */
  demand(address: string): void;
  refused(address: string): void;
}

/** `now`: monotonic milliseconds. */
export function createRefusalRate(now: () => number): RefusalRate {
  const addresses = new Map<string, { refusals: number; atMs: number }>();
  const standing = (address: string): number => {
    const known = addresses.get(address);
    return known ? Math.max(0, known.refusals - ((now() - known.atMs) / 1_000) * PER_SECOND) : 0;
  };
  return {
    demand: (address) => {
      const beyond = standing(subscriberOf(address)) - BURST + 1;
      if (beyond <= 0) return;
      throw new MusterError(
        'rate_limited',
        'Too many enrolments from this address were refused. Wait a little, then run the line again.',
        { retryAfterMs: Math.ceil((beyond / PER_SECOND) * 1_000) },
      );
    },
    refused: (from) => {
      const address = subscriberOf(from);
      const refusals = standing(address) + 1;
      addresses.delete(address);
      addresses.set(address, { refusals, atMs: now() });
      const oldest = addresses.keys().next();
      if (addresses.size > MAX_ADDRESSES && !oldest.done) addresses.delete(oldest.value);
    },
  };
}
