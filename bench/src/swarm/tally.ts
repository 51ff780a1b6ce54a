import { type SeenCommand, type SwarmFigures, wallMs } from './messages.ts';

/** What the agents of one swarm count together. */
export class Tally {
  connected = 0;
  /** How many agents make the swarm complete. */
  wanted = 0;
  /** Wall time at which the last missing agent was back; 0 while some are away. */
  completeAtMs = 0;
  failedCheckIns = 0;
  failedHandshakes = 0;
  handshakeFailures: Record<string, number> = {};
  lostSockets = 0;
  frameErrors = 0;
  closed = 0;
  refused = 0;
  checkInMs: number[] = [];
  handshakeMs: number[] = [];
  lagMs: number[] = [];
  readonly commands: SeenCommand[] = [];
  #acknowledged = 0;
  readonly #byMinute = new Map<number, number>();
  #sinceMs = wallMs();
  #cpu = process.cpuUsage();

  welcomed(): void {
    this.connected += 1;
    if (this.connected === this.wanted) this.completeAtMs = wallMs();
  }

  handshakeFailed(why: string): void {
    this.failedHandshakes += 1;
    this.handshakeFailures[why] = (this.handshakeFailures[why] ?? 0) + 1;
  }

  acknowledge(minute: number): void {
    this.#acknowledged += 1;
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + 1);
  }

  /** The commands since the last time. */
  takeCommands(): SeenCommand[] {
    return this.commands.splice(0);
  }

  /** The figures of the span that ends now; the next one begins. Minutes are counted since the beginning. */
  take(): SwarmFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    const figures = {
      connected: this.connected,
      checkInMs: this.checkInMs,
      handshakeMs: this.handshakeMs,
      failedCheckIns: this.failedCheckIns,
      failedHandshakes: this.failedHandshakes,
      handshakeFailures: this.handshakeFailures,
      lostSockets: this.lostSockets,
      frameErrors: this.frameErrors,
      minutes: { closed: this.closed, acknowledged: this.#acknowledged, refused: this.refused },
      acknowledgedByMinute: Object.fromEntries(this.#byMinute),
      spanMs: wallMs() - this.#sinceMs,
      cpuMs: (user + system) / 1_000,
      lagMs: this.lagMs,
    };
    this.#begin();
    return figures;
  }

  #begin(): void {
    this.checkInMs = [];
    this.handshakeMs = [];
    this.lagMs = [];
    this.failedCheckIns = 0;
    this.failedHandshakes = 0;
    this.handshakeFailures = {};
    this.lostSockets = 0;
    this.frameErrors = 0;
    this.#sinceMs = wallMs();
    this.#cpu = process.cpuUsage();
  }
}
