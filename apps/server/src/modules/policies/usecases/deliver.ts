import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import { ServerFrameSchema } from '@muster/contracts/wire';
import { readHeld } from '../db/queue.ts';
import { settingsOf } from '../domain/settings-of.ts';
import type { PolicyDeps } from '../policy-deps.ts';

/** A handshake is over by then, whichever values it was let in with. */
const REMEMBERED_MS = 60_000;

/** Tells devices that are connected here, and presence, what holds from now on. */
export interface Delivery {
  changed(ids: readonly DeviceId[]): Promise<void>;
  /** A socket was opened: what changed while the device was being let in is told it again. */
  opened(deviceId: DeviceId): void;
}

type Told = { readonly deviceNo: number; readonly values: PolicyValues | null; readonly atMs: number };

/** Wires the delivery; others learn their settings when they come. */
export function createDelivery(deps: Pick<PolicyDeps, 'database' | 'node' | 'presence' | 'now'>): Delivery {
  const recent = new Map<DeviceId, Told>();
  const forgetOld = () => {
    for (const [deviceId, { atMs }] of recent) {
      if (deps.now() - atMs <= REMEMBERED_MS) return;
      recent.delete(deviceId);
    }
  };
  return {
    changed: async (ids) => {
      forgetOld();
      const held = await deps.database.system('policies', (tx) => readHeld(tx, ids));
      for (const { id, deviceNo, fields } of held) {
        const told = { deviceNo, values: fields, atMs: deps.now() };
        // Last in the order in which they are forgotten.
        recent.delete(id);
        recent.set(id, told);
        tell(deps, id, told);
      }
    },
    opened: (deviceId) => {
      const known = recent.get(deviceId);
      if (known && deps.now() - known.atMs <= REMEMBERED_MS) tell(deps, deviceId, known);
    },
  };
}

function tell(
  { node, presence }: Pick<PolicyDeps, 'node' | 'presence'>,
  deviceId: DeviceId,
  { deviceNo, values }: Told,
): void {
  const value = settingsOf(values);
  node.send(deviceId, create(ServerFrameSchema, { body: { case: 'settings', value } }));
  presence.setRhythm(deviceNo, {
    offlineLimitMs: values?.offlineLimit === undefined ? undefined : values.offlineLimit * 1_000,
    beaconIntervalMs: value.beaconIntervalS * 1_000,
  });
}
