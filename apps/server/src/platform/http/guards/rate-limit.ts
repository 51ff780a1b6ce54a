import { MusterError } from '@muster/contracts';
import { subscriberOf } from '../../network.ts';
import { ANONYMOUS, type Person } from '../request-context.ts';

/** Whose requests are counted together. */
export type Identity = 'person' | 'key' | 'address';

/** Lets through what an identity may send, and throws rate_limited for more. */
export interface RateLimit {
  take(actor: Person, address: string): void;
}

/** More than the console and a busy script need, far less than what a loop without a pause sends. */
const PER_SECOND = 100;
const BURST = 1_000;
/** Identities kept at once; those that were quiet longest go first, and begin anew. */
const MAX_BUCKETS = 10_000;

type Bucket = { tokens: number; at: number };

/**
 * A bucket of requests per person, per API key, and per address of whoever is nobody, which fills as time goes by.
 * `refused` is told of each refusal.
 */
export function createRateLimit(
  refused: (identity: Identity) => void,
  monotonic: () => number = () => performance.now(),
): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take: (actor, address) => {
      const [identity, name] = identityOf(actor, address);
      const key = `${identity} ${name}`;
      const now = monotonic();
      const kept = buckets.get(key) ?? { tokens: BURST, at: now };
      const tokens = Math.min(BURST, kept.tokens + ((now - kept.at) / 1_000) * PER_SECOND);
      const isFull = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isFull ? tokens - 1 : tokens, at: now });
      const oldest = buckets.keys().next();
      if (buckets.size > MAX_BUCKETS && !oldest.done) buckets.delete(oldest.value);
      if (isFull) return;
      refused(identity);
      throw new MusterError('rate_limited', 'Too many requests at once; wait a little, then go on slower.', {
        retryAfterMs: Math.ceil(((1 - tokens) / PER_SECOND) * 1_000),
      });
    },
  };
}

function identityOf(actor: Person, address: string): [Identity, string] {
  if (actor === ANONYMOUS) return ['address', subscriberOf(address)];
  return actor.key ? ['key', actor.key.id] : ['person', actor.userId];
}
