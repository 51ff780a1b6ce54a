/** What a benchmark asks of its swarm process. `order` numbers the request; the answer carries it back. */
export type Ask =
  | { readonly kind: 'enrol'; readonly url: string; readonly token: string; readonly count: number }
  | { readonly kind: 'connect'; readonly gateway: string; readonly parallel: number }
  /** Every socket ends at once without a word; with `stayAway` nobody comes back. */
  | { readonly kind: 'cut'; readonly stayAway: boolean }
  /** Every agent says goodbye and stays away. */
  | { readonly kind: 'goodbye' }
  /** Tells when each agent was last heard, then the process stops as by SIGSTOP. */
  | { readonly kind: 'freeze' }
  /** Check-ins of everything that is closed, until all of it is acknowledged. */
  | { readonly kind: 'flush'; readonly withinMs: number }
  /** Wall time at which the last missing agent was back; 0 while some are away. */
  | { readonly kind: 'complete' }
  /** The commands that were acknowledged since the last time this was asked. */
  | { readonly kind: 'commands' }
  /** Figures since the last time this was asked. */
  | { readonly kind: 'figures' };

export type Order = { readonly order: number; readonly ask: Ask };
export type Answer = { readonly order: number; readonly result?: unknown; readonly error?: string };

/** Wall time in milliseconds with fractions, comparable between processes of one machine. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** An agent's device and the last wall times at which it said anything, and sent telemetry. */
export type LastWord = {
  readonly deviceId: string;
  readonly heardAtMs: number;
  readonly telemetryAtMs: number;
};

/** A command as an agent saw it, in wall time. */
export type SeenCommand = {
  readonly commandId: string;
  readonly deliveredAtMs: number;
  /** When the server's answer to "received" arrived, which it gives after commit. */
  readonly acknowledgedAtMs: number;
};

/** What a swarm did. Latencies in milliseconds. */
export type SwarmFigures = {
  readonly connected: number;
  readonly checkInMs: readonly number[];
  readonly handshakeMs: readonly number[];
  readonly failedCheckIns: number;
  readonly failedHandshakes: number;
  /** Why: the server's rejection, or how the socket closed. */
  readonly handshakeFailures: Readonly<Record<string, number>>;
  readonly lostSockets: number;
  readonly frameErrors: number;
  /** Closed, acknowledged and refused minutes since enrolment. */
  readonly minutes: { readonly closed: number; readonly acknowledged: number; readonly refused: number };
  /** Acknowledged device-minutes by minute, since enrolment. */
  readonly acknowledgedByMinute: Readonly<Record<number, number>>;
  /** Wall time since the last figures. */
  readonly spanMs: number;
  /** The generator itself: its processor time in the span, and how late its 50 ms timer was. */
  readonly cpuMs: number;
  readonly lagMs: readonly number[];
};
