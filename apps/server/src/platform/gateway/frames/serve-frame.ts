import { create } from '@bufbuild/protobuf';
import {
  type AgentFrame,
  type CheckIn,
  CheckInReplySchema,
  type CommandUpdate,
  type Goodbye,
  type InventoryUpdate,
  type KeyRotation,
  KeyRotationReplySchema,
} from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import type { DeviceLink } from '../ports.ts';
import { sendFault, sendFrame } from '../socket/send-frame.ts';
import type { AgentSocket } from '../socket/session.ts';
import { tokenForReply } from '../socket/token-rotation.ts';
import { goodbyeReason, sayGoodbye } from './goodbye.ts';
import { verifyRotation } from './key-rotation.ts';
import { takeUpdate } from './take-update.ts';

type Body = AgentFrame['body'];

/** A frame of a proven device, to the module that it is for. Failures are ours: counted, and the agent sends again. */
export async function serveFrame(context: GatewayContext, socket: AgentSocket, body: Body): Promise<void> {
  const { link } = socket.data;
  if (link === undefined) return;
  try {
    await route(context, socket, link, body);
  } catch (cause) {
    context.metrics.failures.inc({ kind: body.case });
    context.log.error(
      { err: cause, kind: body.case, deviceId: link.deviceId },
      'a frame could not be handled',
    );
  }
}

/** A pending device is seen and described; nothing of it is stored as telemetry, and it gets no commands. */
function route(
  context: GatewayContext,
  socket: AgentSocket,
  link: DeviceLink,
  body: Body,
): Promise<void> | void {
  const { presence, telemetry, facts } = context.ports;
  const isActive = link.lifecycle === 'active';
  switch (body.case) {
    case 'checkIn':
      presence.telemetry(link);
      return checkIn(context, socket, link, body.value);
    case 'sample':
      presence.telemetry(link);
      return isActive ? telemetry.sample(link, body.value) : undefined;
    case 'instances':
      return isActive ? telemetry.instances(link, body.value) : undefined;
    case 'facts':
      return facts.facts(link, body.value);
    case 'commandUpdate':
      return isActive ? commandUpdate(context, socket, link, body.value) : undefined;
    case 'inventory':
      return isActive ? inventory(context, socket, link, body.value) : undefined;
    case 'keyRotation':
      return rotateKey(context, socket, link, body.value);
    case 'goodbye':
      return goodbye(context, socket, link, body.value);
    default:
      // `unknown` from the agent: it is older than a frame of ours, which it may ignore.
      return undefined;
  }
}

async function checkIn(
  context: GatewayContext,
  socket: AgentSocket,
  link: DeviceLink,
  frame: CheckIn,
): Promise<void> {
  const reply =
    link.lifecycle === 'active'
      ? await context.ports.telemetry.checkIn(link, frame)
      : create(CheckInReplySchema, { id: frame.id, serverTimeMs: BigInt(context.clock.now()) });
  const newToken = await tokenForReply(context, socket);
  if (newToken !== '') reply.newToken = newToken;
  sendFrame(socket, { case: 'checkInReply', value: reply });
}

async function commandUpdate(
  context: GatewayContext,
  socket: AgentSocket,
  link: DeviceLink,
  update: CommandUpdate,
): Promise<void> {
  const value = await takeUpdate(context, link, update);
  sendFrame(socket, { case: 'commandUpdateAck', value });
}

async function inventory(
  context: GatewayContext,
  socket: AgentSocket,
  link: DeviceLink,
  update: InventoryUpdate,
): Promise<void> {
  const value = await context.ports.inventory.update(link, update);
  sendFrame(socket, { case: 'inventoryReply', value });
}

async function rotateKey(
  context: GatewayContext,
  socket: AgentSocket,
  link: DeviceLink,
  rotation: KeyRotation,
): Promise<void> {
  const rotated = await verifyRotation(context, link, rotation);
  if (rotated === undefined) {
    const message = 'The new key is not P-256, did not sign for itself, or another has taken its place.';
    sendFault(socket, 'bad_rotation', message);
    return;
  }
  socket.data.link = rotated.link;
  const value = create(KeyRotationReplySchema, { deviceCertificate: rotated.deviceCertificate });
  sendFrame(socket, { case: 'keyRotationReply', value });
}

function goodbye(context: GatewayContext, socket: AgentSocket, link: DeviceLink, frame: Goodbye): void {
  socket.data.goneBecause = goodbyeReason(frame.reason);
  sayGoodbye(context.ports.presence, link, frame.reason);
}
