import type { DeviceId, LiveSample } from '@muster/contracts';
import type { LiveDeps } from '../live-deps.ts';

/** Samples of the devices that somebody looks at live. */
export interface Samples {
  /** Puts the device into live mode for as long as the returned function has not been called. */
  watch(deviceId: DeviceId, onSample: (sample: LiveSample) => void): () => void;
  stop(): void;
}

export function createSamples(telemetry: LiveDeps['telemetry']): Samples {
  const listeners = new Map<DeviceId, Set<(sample: LiveSample) => void>>();
  const stop = telemetry.onSample((deviceId, sample) => {
    for (const listener of listeners.get(deviceId) ?? []) listener(sample);
  });
  return {
    stop,
    watch: (deviceId, onSample) => {
      const own = listeners.get(deviceId) ?? new Set();
      listeners.set(deviceId, own.add(onSample));
      const unwatch = telemetry.watch(deviceId);
      return () => {
        unwatch();
        own.delete(onSample);
        if (own.size === 0 && listeners.get(deviceId) === own) listeners.delete(deviceId);
      };
    },
  };
}
