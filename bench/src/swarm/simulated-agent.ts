import { fromBinary } from '@bufbuild/protobuf';
import {
  AGENT_SOCKET_PATH,
  AGENT_SUBPROTOCOL,
  CommandState,
  type Rejected,
  type ServerFrame,
  ServerFrameSchema,
} from '@muster/contracts/wire';
import { backoffMs } from '../../../apps/agent/src/connection/backoff.ts';
import {
  checkInFrame,
  commandIdOf,
  commandUpdateFrame,
  factsFrame,
  goodbyeFrame,
  helloFrame,
  instancesFrame,
  sampleFrame,
} from './frames.ts';
import type { Identity } from './identity.ts';
import { wallMs } from './messages.ts';
import type { Tally } from './tally.ts';

/** A check-in that is not answered within this counts as failed. */
const ANSWER_WITHIN_MS = 10_000;
const MINUTE_MS = 60_000;

/**
 * One agent, as lean as it can be: the socket with its signed hello, samples, check-ins with the minutes that it closed
 * and holds until they are acknowledged, pings, and quick answers to commands. It comes back by the agent's own backoff.
 * It has no timer but for coming back; the swarm tells it when something is due.
 */
export class SimulatedAgent {
  #socket: WebSocket | undefined;
  #isWelcome = false;
  #isAway = false;
  #attempt = 0;
  #retryAfterMs = 0;
  #rejection: string | undefined;
  #startedAt = 0;
  /** Server time minus this process's monotonic clock, as the welcome told it. */
  #offsetMs = 0;
  #nextMinute = 0;
  #waiting: number[] = [];
  #checkIn: { id: number; sentAt: number } | undefined;
  #checkInId = 0;
  #isOverdue = false;
  #onWelcome: (() => void) | undefined;
  readonly #commands = new Map<string, number>();
  heardAtMs = 0;
  telemetryAtMs = 0;

  constructor(
    readonly identity: Identity,
    private readonly gateway: string,
    private readonly tally: Tally,
  ) {}

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves at the first welcome, however many attempts that takes. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#onWelcome = resolve;
      this.#connect();
    });
  }

  sample(): void {
    if (!this.#isWelcome) return;
    this.#send(sampleFrame(this.identity.number, this.#serverNow()));
    this.telemetryAtMs = this.heardAtMs;
  }

  ping(): void {
    if (!this.#isWelcome) return;
    (this.#socket as Bun.WebSocket | undefined)?.ping();
    this.heardAtMs = wallMs();
  }

  /** Closes the minutes that are over and reports everything that is not acknowledged. */
  checkIn(): void {
    if (this.#nextMinute === 0) return;
    for (const current = Math.floor(this.#serverNow() / MINUTE_MS); this.#nextMinute < current; ) {
      this.#waiting.push(this.#nextMinute++);
      this.tally.closed += 1;
    }
    this.#isOverdue = !this.#isWelcome;
    if (!this.#isWelcome) return;
    const now = performance.now();
    if (this.#checkIn && now - this.#checkIn.sentAt < ANSWER_WITHIN_MS) return;
    if (this.#checkIn) this.tally.failedCheckIns += 1;
    this.#checkIn = { id: ++this.#checkInId, sentAt: now };
    this.#send(checkInFrame(this.identity.number, this.#checkInId, this.#waiting.slice(0, 120)));
    this.telemetryAtMs = this.heardAtMs;
  }

  goodbye(): void {
    this.#isAway = true;
    if (this.#isWelcome) this.#send(goodbyeFrame());
    this.#socket?.close();
  }

  cut(stayAway: boolean): void {
    this.#isAway = stayAway;
    (this.#socket as Bun.WebSocket | undefined)?.terminate();
  }

  #serverNow(): number {
    return performance.now() + this.#offsetMs;
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(bytes);
    this.heardAtMs = wallMs();
  }

  #connect(): void {
    this.#startedAt = performance.now();
    const socket = new WebSocket(`wss://${this.gateway}${AGENT_SOCKET_PATH}`, {
      protocols: [AGENT_SUBPROTOCOL],
      tls: this.identity.tls,
    } as Bun.WebSocketOptions);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(new Uint8Array(data as ArrayBuffer));
    socket.onclose = ({ code, reason }) => this.#closed(`${code} ${reason}`);
  }

  #closed(how: string): void {
    if (this.#isWelcome) {
      this.tally.connected -= 1;
      this.tally.completeAtMs = 0;
      this.tally.lostSockets += 1;
    } else {
      this.tally.handshakeFailed(this.#rejection ?? how);
    }
    this.#isWelcome = false;
    this.#isOverdue ||= this.#checkIn !== undefined;
    this.#checkIn = undefined;
    this.#socket = undefined;
    if (this.#isAway) return;
    const waitMs = Math.max(this.#retryAfterMs, backoffMs(this.#attempt++, Math.random));
    this.#retryAfterMs = 0;
    this.#rejection = undefined;
    setTimeout(() => this.#connect(), waitMs);
  }

  #receive(bytes: Uint8Array): void {
    const { body } = fromBinary(ServerFrameSchema, bytes);
    if (body.case === 'challenge') {
      this.#send(helloFrame(this.identity, body.value.nonce, this.#waiting.length));
    } else if (body.case === 'welcome') this.#welcome(body.value);
    else if (body.case === 'rejected') this.#rejected(body.value);
    else if (body.case === 'checkInReply') this.#answered(body.value);
    else if (body.case === 'command') this.#command(body.value.envelope);
    else if (body.case === 'commandUpdateAck') this.#acknowledged(body.value);
    else if (body.case === 'error') this.tally.frameErrors += 1;
  }

  #rejected({ code, message, retryAfterMs }: Rejected): void {
    this.#retryAfterMs = retryAfterMs;
    this.#rejection = `${code}: ${message}`;
  }

  #welcome(welcome: Extract<ServerFrame['body'], { case: 'welcome' }>['value']): void {
    this.#offsetMs = Number(welcome.serverTimeMs) - performance.now();
    this.tally.handshakeMs.push(performance.now() - this.#startedAt);
    this.#isWelcome = true;
    this.#attempt = 0;
    this.tally.welcomed();
    if (this.#nextMinute === 0) {
      this.#nextMinute = Math.floor(this.#serverNow() / MINUTE_MS);
      this.#send(instancesFrame());
    }
    if (welcome.wantFacts) this.#send(factsFrame(this.identity.number));
    if (this.#isOverdue) this.checkIn();
    this.#onWelcome?.();
    this.#onWelcome = undefined;
  }

  #answered(reply: Extract<ServerFrame['body'], { case: 'checkInReply' }>['value']): void {
    if (this.#checkIn === undefined || reply.id !== BigInt(this.#checkIn.id)) return;
    this.tally.checkInMs.push(performance.now() - this.#checkIn.sentAt);
    this.#checkIn = undefined;
    for (const minute of reply.acknowledgedMinutes) this.tally.acknowledge(minute);
    this.tally.refused += reply.refusedMinutes.length;
    const done = new Set([...reply.acknowledgedMinutes, ...reply.refusedMinutes]);
    this.#waiting = this.#waiting.filter((minute) => !done.has(minute));
  }

  #command(envelope: Uint8Array): void {
    const commandId = commandIdOf(envelope);
    this.#commands.set(commandId, wallMs());
    this.#send(commandUpdateFrame(commandId, 'received', this.#serverNow()));
  }

  #acknowledged(ack: Extract<ServerFrame['body'], { case: 'commandUpdateAck' }>['value']): void {
    const deliveredAtMs = this.#commands.get(ack.commandId);
    if (ack.state !== CommandState.RECEIVED || deliveredAtMs === undefined) return;
    this.#commands.delete(ack.commandId);
    this.tally.commands.push({ commandId: ack.commandId, deliveredAtMs, acknowledgedAtMs: wallMs() });
    this.#send(commandUpdateFrame(ack.commandId, 'succeeded', this.#serverNow()));
  }
}
