import type { SelfUsage } from '../os/os.ts';
import type { AgentHealth } from '../wire/messages.gen.ts';

export type Ceiling = {
  readonly residentBytes: number;
  /** Of one core, over the last minute. */
  readonly cpuPermille: number;
};

/** Well above what an idle agent takes, well below what anybody would notice. */
const CEILING: Ceiling = { residentBytes: 96 * 1024 * 1024, cpuPermille: 50 };
/** Shedding ends when both figures are below this share of the ceiling: no flapping around it. */
const CALM_SHARE = 0.75;

/** EN-5: watches what the agent itself costs, once a minute. Above its ceiling it sheds collectors, and says so. */
export class WatchSelf {
  #lastCpuMs = 0;
  #lastAtMs: number | undefined;
  #shedding = false;
  #health = { residentBytes: 0, cpuPermille: 0 };

  constructor(readonly ceiling: Ceiling = CEILING) {}

  get isShedding(): boolean {
    return this.#shedding;
  }

  /** Takes a reading; `nowMs` is monotonic. */
  look(usage: SelfUsage, nowMs: number): void {
    const elapsed = nowMs - (this.#lastAtMs ?? nowMs);
    const cpuPermille = elapsed > 0 ? Math.round((1000 * (usage.cpuMs - this.#lastCpuMs)) / elapsed) : 0;
    this.#lastAtMs = nowMs;
    this.#lastCpuMs = usage.cpuMs;
    this.#health = { residentBytes: usage.residentBytes, cpuPermille };
    const share = Math.max(
      usage.residentBytes / this.ceiling.residentBytes,
      cpuPermille / this.ceiling.cpuPermille,
    );
    this.#shedding = share > 1 || (this.#shedding && share > CALM_SHARE);
  }

  health(journal: { dropped: number; bytes: number }): AgentHealth {
    return {
      ...this.#health,
      shedding: this.#shedding,
      minutesDropped: journal.dropped,
      journalBytes: journal.bytes,
    };
  }
}
