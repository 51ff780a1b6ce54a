import type { DeviceId, PresenceReason } from '@muster/contracts';
import type { Rejected } from '@muster/contracts/wire';
import type { DeviceLink, NodePort } from '../ports.ts';
import { CLOSE, sendMessage, sendRejected } from './send-frame.ts';
import type { AgentSocket } from './session.ts';
import { nextStage } from './stage.ts';

/** The sockets of this gateway by device: at most one proven socket each, and the hellos that are being verified. */
export interface Connections extends NodePort {
  /** A hello claims to be this device and is being verified. */
  verifying(socket: AgentSocket, deviceId: DeviceId): void;
  /** The device has proven itself: an older socket gives way. False when this one is itself the older. */
  serve(socket: AgentSocket, link: DeviceLink): boolean;
  /** The socket is gone, at whatever stage. True when it was the device's current one. */
  forget(socket: AgentSocket): boolean;
  /** Proven sockets, oldest connection first. */
  all(): IterableIterator<AgentSocket>;
}

/** Made before the modules, which send through it, and before the gateway, which fills it. */
export function createConnections(): Connections {
  const current = new Map<DeviceId, AgentSocket>();
  const claims = new Map<DeviceId, Set<AgentSocket>>();

  const dropClaim = (socket: AgentSocket) => {
    const { claimed } = socket.data;
    if (claimed === undefined) return;
    const sockets = claims.get(claimed);
    sockets?.delete(socket);
    if (sockets?.size === 0) claims.delete(claimed);
    socket.data.claimed = undefined;
  };

  return {
    verifying(socket, deviceId) {
      socket.data.claimed = deviceId;
      const sockets = claims.get(deviceId) ?? new Set();
      claims.set(deviceId, sockets.add(socket));
    },
    serve(socket, link) {
      dropClaim(socket);
      const older = current.get(link.deviceId);
      const olderLink = older?.data.link;
      if (olderLink !== undefined && olderLink.connectionEpoch > link.connectionEpoch) return false;
      current.delete(link.deviceId);
      current.set(link.deviceId, socket);
      if (older !== undefined) replace(older);
      return true;
    },
    forget(socket) {
      dropClaim(socket);
      const { link } = socket.data;
      if (link === undefined || current.get(link.deviceId) !== socket) return false;
      return current.delete(link.deviceId);
    },
    all: () => current.values(),
    send(deviceId, frame) {
      const socket = current.get(deviceId);
      return socket !== undefined && socket.data.stage === 'serving' && sendMessage(socket, frame);
    },
    cut(deviceId, rejected, reason) {
      for (const socket of claims.get(deviceId) ?? []) end(socket, rejected, reason);
      const socket = current.get(deviceId);
      if (socket !== undefined) end(socket, rejected, reason);
    },
    isConnected: (deviceId) => current.get(deviceId)?.data.stage === 'serving',
    connectedCount: () => current.size,
  };
}

/** Says why and closes. Safe at any stage. */
export function end(socket: AgentSocket, rejected: Rejected, reason: PresenceReason): void {
  const session = socket.data;
  if (session.stage === 'leaving' || session.stage === 'closed') return;
  session.stage = nextStage(session.stage, 'cut');
  session.goneBecause = reason;
  sendRejected(socket, rejected);
  socket.close(CLOSE.rejected, rejected.code);
}

function replace(socket: AgentSocket): void {
  const session = socket.data;
  session.isReplaced = true;
  session.stage = nextStage(session.stage, 'cut');
  socket.close(CLOSE.replaced, 'replaced by a newer connection');
}
