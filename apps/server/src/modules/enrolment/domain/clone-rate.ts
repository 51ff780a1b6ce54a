import { type DeviceId, MusterError } from '@muster/contracts';

/** Copies of one device may ask for an identity this often; each leaves a pending device that a person has to look at. */
const CLONE_EVERY_MS = 60_000;

/** Limits how often copies of a device ask. Remembers at most the last minute. */
export function createCloneRate(now: () => number): (original: DeviceId) => void {
  const asked = new Map<DeviceId, number>();
  return (original) => {
    for (const [deviceId, at] of asked) {
      if (now() - at < CLONE_EVERY_MS) break;
      asked.delete(deviceId);
    }
    const last = asked.get(original);
    if (last !== undefined) {
      const retryAfterMs = CLONE_EVERY_MS - (now() - last);
      throw new MusterError('rate_limited', 'A copy of this device has just asked. Try again in a minute.', {
        retryAfterMs,
      });
    }
    asked.set(original, now());
  };
}
