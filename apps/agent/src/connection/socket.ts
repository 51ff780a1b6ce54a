import { AGENT_SOCKET_PATH, AGENT_SUBPROTOCOL } from '@muster/contracts/wire';
import type { GatewayTls } from './gateway-tls.ts';

/** More than this waiting in the kernel and the runtime: what may be lost is not sent (bytes). */
const CONGESTED_ABOVE_BYTES = 256 * 1024;

export type SocketListener = {
  opened(): void;
  frame(bytes: Uint8Array): void;
  /** Anything at all was heard: the server lives. */
  heard(): void;
  /** Once, also when it never opened. */
  lost(why: string): void;
};

export type Socket = {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  readonly isCongested: boolean;
  ping(): void;
  /** Ends it at once; `lost` is not called any more. */
  end(): void;
};

export type Dial = (gateway: string, listener: SocketListener) => Socket;

/** Opens sockets to a gateway "host:port"; `proxy` is an HTTP proxy that is asked to CONNECT. */
export function createDial(tls: () => GatewayTls, proxy: string | undefined): Dial {
  return (gateway, listener) => {
    const socket = new WebSocket(`wss://${gateway}${AGENT_SOCKET_PATH}`, {
      protocols: [AGENT_SUBPROTOCOL],
      tls: tls(),
      ...(proxy ? { proxy } : {}),
    });
    socket.binaryType = 'arraybuffer';
    let over = false;
    const lost = (why: string) => {
      if (over) return;
      over = true;
      socket.terminate();
      listener.lost(why);
    };
    socket.onopen = () => over || listener.opened();
    socket.onerror = (event) => lost('message' in event ? String(event.message) : 'the socket failed');
    socket.onclose = (event) => lost(`closed (${event.code}${event.reason ? `, ${event.reason}` : ''})`);
    socket.onmessage = ({ data }) => {
      if (over) return;
      listener.heard();
      if (data instanceof ArrayBuffer) listener.frame(new Uint8Array(data));
    };
    const heard = () => over || listener.heard();
    socket.addEventListener('ping', heard);
    socket.addEventListener('pong', heard);
    return {
      send: (bytes) => void (over || socket.send(bytes)),
      get isCongested() {
        return socket.bufferedAmount > CONGESTED_ABOVE_BYTES;
      },
      ping: () => void (over || socket.ping()),
      end() {
        over = true;
        socket.close();
      },
    };
  };
}
