import type { Device } from '@muster/contracts';
import { useState } from 'react';
import type { DeviceDraft } from './device-lines.ts';

/**
 * What a form says about a device: of each field what the person typed, else what the device has now. Somebody else's
 * change of a field that was not touched is taken over; of one that was, `began` tells what it was before.
 */
export function useDeviceDraft(device: Device) {
  const own = draftOf(device);
  const [began, setBegan] = useState(own);
  const [typed, setTyped] = useState<Partial<DeviceDraft>>({});
  const touched = Object.keys(typed) as (keyof DeviceDraft)[];
  return {
    draft: { ...own, ...typed },
    change: (part: Partial<DeviceDraft>) => {
      if (touched.length === 0) setBegan(own);
      setTyped((before) => ({ ...before, ...part }));
    },
    /** The fields that would change. */
    changed: touched.filter((field) => spell(typed[field]) !== spell(own[field])),
    /** The fields that were touched here and changed by somebody else. */
    clashing: touched.filter((field) => spell(began[field]) !== spell(own[field])),
    began,
    own,
    forget: () => setTyped({}),
  };
}

function draftOf({ displayName, tags, siteId }: Device): DeviceDraft {
  return {
    name: displayName ?? '',
    tags: Object.entries(tags).map(([key, value]) => `${key}=${value}`),
    siteId,
  };
}

function spell(value: DeviceDraft[keyof DeviceDraft] | undefined): string {
  return typeof value === 'string' ? value.trim() : [...(value ?? [])].sort().join('\n');
}
