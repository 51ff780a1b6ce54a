import type { DeviceId } from '@muster/contracts';

/** Which of the devices that changed while somebody looked were in a query's result. */
export interface Membership {
  /**
   * How many devices entered or left since the last comparison. `changed` are those that may have, `matching` those of
   * them that are in now, `by` how far the total moved. What a device was before its first change is not known; for such
   * devices the total tells. Without `changed` (too many) the total tells for all.
   */
  compare(changed: readonly DeviceId[] | undefined, matching: readonly DeviceId[], by: number): number;
}

export function createMembership(): Membership {
  const known = new Map<DeviceId, boolean>();
  return {
    compare: (changed, matching, by) => {
      if (!changed) {
        known.clear();
        return Math.abs(by);
      }
      const inside = new Set(matching);
      let moved = 0;
      let explained = 0;
      for (const id of changed) {
        const before = known.get(id);
        const after = inside.has(id);
        known.set(id, after);
        if (before === undefined || before === after) continue;
        moved++;
        explained += after ? 1 : -1;
      }
      return moved + Math.abs(by - explained);
    },
  };
}
