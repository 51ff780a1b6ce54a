import type { DeviceId } from '@muster/contracts';
import type { Clock } from '../../clock/index.ts';
import { createFrameBudget, type FrameBudget } from './limits.ts';

/** Longer than any window of a budget: what was not asked for since has nothing left to remember. */
const TURN_MS = 2 * 60_000;

/** What proven devices have sent, whichever way they came: hanging up and dialling again makes no budget fresh. */
export interface DeviceBudgets {
  of(deviceId: DeviceId): FrameBudget;
}

/** Two generations: when the newer one is full of time, the older is dropped whole. Sockets keep theirs themselves. */
export function createDeviceBudgets(clock: Pick<Clock, 'monotonic'>): DeviceBudgets {
  let current = new Map<DeviceId, FrameBudget>();
  let before = new Map<DeviceId, FrameBudget>();
  let turnedAt = clock.monotonic();
  return {
    of(deviceId) {
      if (clock.monotonic() - turnedAt >= TURN_MS) {
        before = current;
        current = new Map();
        turnedAt = clock.monotonic();
      }
      const budget = current.get(deviceId) ?? before.get(deviceId) ?? createFrameBudget();
      current.set(deviceId, budget);
      return budget;
    },
  };
}
