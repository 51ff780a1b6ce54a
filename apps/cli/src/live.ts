import {
  LIVE_PATH,
  LIVE_SUBPROTOCOL,
  LIVE_TICKET_PREFIX,
  LiveMessage,
  type LiveRequest,
} from '@muster/contracts';
import type { Client } from './client.ts';
import type { Login } from './config.ts';
import { EXIT, Failure } from './failure.ts';

/** An open live socket: requests go out, messages come in until either side closes. */
export type Live = {
  send(request: LiveRequest): void;
  readonly messages: AsyncIterable<LiveMessage>;
  close(): void;
};

/** Opens the live socket with a single-use ticket. A connection that breaks ends `messages` with a Failure. */
export async function openLive(login: Login, client: Client): Promise<Live> {
  const { ticket } = await client.system.liveTicket();
  const address = new URL(LIVE_PATH, login.server);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, {
    protocols: [LIVE_SUBPROTOCOL, `${LIVE_TICKET_PREFIX}${ticket}`],
    headers: { origin: new URL(login.server).origin },
    ...(login.certificate ? { tls: { ca: login.certificate } } : {}),
  });
  const waiting: LiveMessage[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let broken = false;
  socket.onmessage = (event) => {
    const parsed = LiveMessage.safeParse(JSON.parse(String(event.data)));
    if (parsed.success) waiting.push(parsed.data);
    wake?.();
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () =>
      reject(new Failure(EXIT.unreachable, `The live socket of ${login.server} does not open.`));
  });
  socket.onclose = (event) => {
    broken = !ended && event.code !== 1000;
    ended = true;
    wake?.();
  };
  async function* messages(): AsyncGenerator<LiveMessage> {
    for (;;) {
      const next = waiting.shift();
      if (next) yield next;
      else if (broken) throw new Failure(EXIT.unreachable, `${login.server} ended the live connection.`);
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    send: (request) => socket.send(JSON.stringify(request)),
    messages: messages(),
    close: () => {
      ended = true;
      socket.close(1000);
    },
  };
}
