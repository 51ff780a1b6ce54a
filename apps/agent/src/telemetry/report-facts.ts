import type { Clock } from '../clock.ts';
import { AGENT_VERSION } from '../config/version.ts';
import type { Log } from '../log/log.ts';
import type { System } from '../os/os.ts';
import type { Draft } from '../wire/codec.ts';
import type { Facts } from '../wire/messages.gen.ts';

const EVERY_MS = 3_600_000;

export type ReportFactsDeps = {
  readonly clock: Clock;
  readonly system: System;
  readonly log: Log;
  readonly send: (facts: Draft<Facts>) => void;
};

/** Tells the server what this machine is: when it asks, and once an hour. */
export class ReportFacts {
  readonly #deps: ReportFactsDeps;
  #atMs = Number.NEGATIVE_INFINITY;

  constructor(deps: ReportFactsDeps) {
    this.#deps = deps;
  }

  tick(): void {
    if (this.#deps.clock.monotonicMs() - this.#atMs > EVERY_MS) void this.report();
  }

  async report(): Promise<void> {
    this.#atMs = this.#deps.clock.monotonicMs();
    try {
      this.#deps.send({ ...(await this.#deps.system.facts()), agentVersion: AGENT_VERSION });
    } catch (error) {
      this.#deps.log.warn(`the facts of this machine could not be read: ${String(error)}`);
    }
  }
}
