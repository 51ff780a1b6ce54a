import { create } from '@bufbuild/protobuf';
import { DeviceId } from '@muster/contracts';
import {
  CommandCancelSchema,
  type CommandDelivery,
  CommandDeliverySchema,
  type ServerFrame,
  ServerFrameSchema,
} from '@muster/contracts/wire';
import { type Batcher, createBatcher } from '../../../platform/bus/batcher.ts';
import type { CommandPort, DeviceLink } from '../../../platform/gateway/ports.ts';
import type { CommandsDeps, CreatedCommand } from '../command-deps.ts';
import type { CommandWatches } from '../command-watches.ts';
import { type HandOver, type HandOverRequest, markHandedOver, returnToQueue } from '../db/hand-over.ts';

/** Commands handed to one device at a time; the rest follow. */
const PAGE = 50;
/** Devices dealt with in one transaction: a reconnect storm costs a few dozen of them. */
const DEVICES_AT_ONCE = 500;
const GATHER_MS = 2;
/** After a failure (the database is away) a connected device is served again. */
const RETRY_MS = 1_000;

/** Gets commands to their devices. Sends bytes from the ledger as they are; never signs, never decides. */
export interface Delivery {
  reachable(link: DeviceLink): void;
  created(command: CreatedCommand): void;
  cancelWanted(deviceId: string, commandId: string): void;
  forBeacon: CommandPort['forBeacon'];
  drain(): Promise<void>;
}

export type DeliveryDeps = Pick<CommandsDeps, 'database' | 'nodes' | 'clock' | 'onError'> & {
  readonly watches: CommandWatches;
};

export function createDelivery(deps: DeliveryDeps): Delivery {
  const batcher = createHandOverBatcher(deps);
  /** Devices being served; true when something new came up meanwhile. */
  const serving = new Map<string, boolean>();
  const busy = new Set<Promise<void>>();

  const inBackground = (work: Promise<void>) => {
    const guarded = work.catch((error) => deps.onError(error, 'command delivery'));
    busy.add(guarded);
    void guarded.finally(() => busy.delete(guarded));
  };
  const serve = async (deviceId: string) => {
    if (serving.has(deviceId)) {
      serving.set(deviceId, true);
      return;
    }
    serving.set(deviceId, false);
    try {
      do {
        serving.set(deviceId, false);
        await serveOnce(deps, batcher, deviceId);
      } while (serving.get(deviceId));
    } catch (error) {
      deps.clock.after(RETRY_MS, () => {
        if (deps.nodes.isConnected(DeviceId.parse(deviceId))) inBackground(serve(deviceId));
      });
      throw error;
    } finally {
      serving.delete(deviceId);
    }
  };
  return {
    reachable: (link) => {
      if (link.lifecycle === 'active') inBackground(serve(link.deviceId));
    },
    created: (command) => {
      if (command.state !== 'sent') {
        if (deps.nodes.isConnected(DeviceId.parse(command.deviceId))) inBackground(serve(command.deviceId));
      } else if (!send(deps, command.deviceId, deliveryFrame(command))) {
        inBackground(takeBack(deps, [command.id]));
      }
    },
    cancelWanted: (deviceId, commandId) => {
      send(deps, deviceId, cancelFrame(commandId));
    },
    forBeacon: async (link, limit) => {
      if (link.lifecycle !== 'active' || limit < 1) return { deliveries: [], cancels: [] };
      const items = await batcher.add({ deviceId: link.deviceId, after: 0n, limit: Math.min(limit, PAGE) });
      return {
        deliveries: items.filter((item) => !item.isCancel).map(deliveryOf),
        cancels: items.filter((item) => item.isCancel).map((item) => item.id),
      };
    },
    drain: async () => {
      await Promise.all(busy);
      await batcher.drain();
    },
  };
}

function createHandOverBatcher(deps: DeliveryDeps): Batcher<HandOverRequest, HandOver[]> {
  return createBatcher({
    maxItems: DEVICES_AT_ONCE,
    gatherMs: GATHER_MS,
    run: async (requests) => {
      const now = new Date(deps.clock.now());
      const found = await deps.database.system('command delivery', (tx) => markHandedOver(tx, requests, now));
      deps.watches.changed(found.filter((item) => item.isFirst).map((item) => item.id));
      const ofDevice = Map.groupBy(found, (item) => item.deviceId);
      return requests.map((request) => ofDevice.get(request.deviceId) ?? []);
    },
  });
}

/** Sends everything that waits for a device, page by page, until it is through or the socket is gone. */
async function serveOnce(
  deps: DeliveryDeps,
  batcher: Batcher<HandOverRequest, HandOver[]>,
  deviceId: string,
): Promise<void> {
  let after = 0n;
  for (;;) {
    const items = await batcher.add({ deviceId, after, limit: PAGE });
    const failed = items.findIndex(
      (item) => !send(deps, deviceId, item.isCancel ? cancelFrame(item.id) : deliveryFrame(item)),
    );
    if (failed >= 0) {
      const unsent = items.slice(failed).filter((item) => item.isFirst);
      return await takeBack(
        deps,
        unsent.map((item) => item.id),
      );
    }
    if (items.length < PAGE) return;
    after = items.at(-1)?.sequence ?? after;
  }
}

async function takeBack(deps: DeliveryDeps, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await deps.database.system('command delivery', (tx) => returnToQueue(tx, ids));
  deps.watches.changed(ids);
}

function send(deps: DeliveryDeps, deviceId: string, frame: ServerFrame): boolean {
  return deps.nodes.send(deviceId as DeviceId, frame);
}

type Deliverable = { readonly id: string; readonly envelope: Uint8Array };

function deliveryOf({ id, envelope }: Deliverable): CommandDelivery {
  return create(CommandDeliverySchema, { envelope, commandId: id });
}

function deliveryFrame(command: Deliverable): ServerFrame {
  return create(ServerFrameSchema, { body: { case: 'command', value: deliveryOf(command) } });
}

function cancelFrame(commandId: string): ServerFrame {
  return create(ServerFrameSchema, {
    body: { case: 'commandCancel', value: create(CommandCancelSchema, { commandId }) },
  });
}
