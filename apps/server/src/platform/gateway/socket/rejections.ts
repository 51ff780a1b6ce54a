import { create } from '@bufbuild/protobuf';
import { type Rejected, RejectedSchema } from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';

/** A rejection; `retryAfterMs` 0 tells the agent not to come back by itself. */
export function rejection(code: string, message: string, retryAfterMs = 0): Rejected {
  return create(RejectedSchema, { code, message, retryAfterMs });
}

/** How long an agent waits after a failure of ours: spread, so that a fleet does not return as one. */
function spreadRetryMs(baseMs: number): number {
  return Math.round(baseMs * (0.5 + Math.random()));
}

/** The registry knows no such device, or it never was one of ours. */
export const unknownDevice = () =>
  rejection('unknown_device', 'This server does not know the device. Enrol it with a new token.');

/** The key that signed is not the device's. */
export const badSignature = () =>
  rejection('bad_signature', 'The signature does not match the key that this device enrolled with.');

/** The key that signed was the device's once: whoever has it copied the disk before the key was changed. */
export const replacedKey = () =>
  rejection(
    'clone',
    'This key was replaced by the device that it belongs to. Taking an identity of its own, which a person approves.',
  );

/** A device that says hello, or beacons, far more than any agent does. */
export function tooMany(context: Pick<GatewayContext, 'metrics'>, what: string): Rejected {
  context.metrics.faults.inc({ rule: `limit_${what}` });
  return rejection('busy', `Too many ${what} of this device within a minute.`, spreadRetryMs(60_000));
}

/** We could not decide: database away, or stopping. */
export const busy = () => rejection('busy', 'The server is busy. Trying again soon.', spreadRetryMs(4_000));
