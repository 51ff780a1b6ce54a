import { create } from '@bufbuild/protobuf';
import {
  type Beacon,
  BeaconReplySchema,
  CheckInReplySchema,
  CommandCancelSchema,
  sentpulse,
} from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import { sayGoodbye } from '../frames/goodbye.ts';
import { takeUpdate } from '../frames/take-update.ts';
import type { Admission, DeviceLink } from '../ports.ts';
import { deviceState } from '../socket/device-state.ts';

type Admitted = Extract<Admission, { admitted: true }>;

/** Envelopes in one reply at most; the next beacon fetches more. */
const COMMANDS_PER_BEACON = 20;
/** Results and inventories that one beacon brings at most; what is not acknowledged comes again. */
const UPDATES_PER_BEACON = 100;
const INVENTORIES_PER_BEACON = 20;

/** Serves an admitted beacon: what it carries goes to the same modules as frames do, and commands come back. */
export async function serveBeacon(
  context: GatewayContext,
  admission: Admitted,
  beacon: Beacon,
): Promise<sentpulse.CheckInResponse> {
  const { link, settings, newToken } = admission;
  const { presence, facts, commands } = context.ports;
  presence.beacon(link, settings.beaconIntervalS * 1_000);
  if (beacon.facts !== undefined) await facts.facts(link, beacon.facts);
  const isActive = link.lifecycle === 'active';
  const waiting = isActive ? await takeUpdates(context, link, beacon) : [];
  const checkInReply = isActive ? await takeTelemetry(context, link, beacon) : undefined;
  const inventoryReplies = isActive ? await takeInventory(context, link, beacon) : [];
  const { deliveries, cancels } = isActive
    ? await commands.forBeacon(link, COMMANDS_PER_BEACON)
    : { deliveries: [], cancels: [] };
  if (beacon.goodbye !== undefined) sayGoodbye(presence, link, beacon.goodbye.reason);

  const reply = checkInReply ?? emptyReply(context, beacon);
  reply.newToken ||= newToken;
  reply.settings ??= settings;
  return create(sentpulse.CheckInResponseSchema, {
    heartbeatIntervalSeconds: settings.beaconIntervalS,
    newToken: reply.newToken,
    beacon: create(BeaconReplySchema, {
      checkInReply: reply,
      commands: deliveries,
      cancels: cancels.map((commandId) => create(CommandCancelSchema, { commandId })),
      commandUpdateAcks: waiting,
      inventoryReplies,
      keys: [...admission.keys],
      state: deviceState(link.lifecycle),
    }),
  });
}

async function takeUpdates(context: GatewayContext, link: DeviceLink, beacon: Beacon) {
  const acknowledged = [];
  for (const update of beacon.commandUpdates.slice(0, UPDATES_PER_BEACON))
    acknowledged.push(await takeUpdate(context, link, update));
  return acknowledged;
}

async function takeTelemetry(context: GatewayContext, link: DeviceLink, beacon: Beacon) {
  if (beacon.instances !== undefined) context.ports.telemetry.instances(link, beacon.instances);
  return beacon.checkIn === undefined ? undefined : context.ports.telemetry.checkIn(link, beacon.checkIn);
}

/** One after the other: each may start from the state that the one before it ended in. */
async function takeInventory(context: GatewayContext, link: DeviceLink, beacon: Beacon) {
  const replies = [];
  for (const update of beacon.inventory.slice(0, INVENTORIES_PER_BEACON))
    replies.push(await context.ports.inventory.update(link, update));
  return replies;
}

function emptyReply(context: GatewayContext, beacon: Beacon) {
  const id = beacon.checkIn?.id ?? 0n;
  return create(CheckInReplySchema, { id, serverTimeMs: BigInt(context.clock.now()) });
}
