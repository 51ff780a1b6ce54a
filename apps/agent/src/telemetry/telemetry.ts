import type { Clock } from '../clock.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import { MinuteJournal } from '../journal/minute-journal.ts';
import type { Collector, SelfUsage } from '../os/os.ts';
import type { AgentHealth, Instance, LiveMode, Minute, Sample } from '../wire/messages.gen.ts';
import { InstanceNumbers } from './instances.ts';
import { MINUTE_MS, MinuteCloser } from './minute-closer.ts';
import { Sampler } from './sampler.ts';
import type { ServerClock } from './server-clock.ts';
import { WatchSelf } from './watch-self.ts';

const SAMPLE_INTERVAL_MS = 10_000;
/** Live mode goes no faster, however the server asks. */
const FASTEST_MS = 500;
const UPKEEP_EVERY_MS = 60_000;

export type TelemetryDeps = {
  readonly clock: Clock;
  readonly time: ServerClock;
  readonly folder: StateFolder;
  readonly system: {
    collectors(): Collector[];
    selfUsage(): SelfUsage;
  };
  /** Each sample; the listener decides whether anybody can hear it. */
  readonly sampled: (sample: Sample) => void;
  /** After each sample: whether it closed a minute. */
  readonly ticked: (closedMinute: boolean) => void;
};

/** Samples, closes minutes into the journal, and does the agent's upkeep on the same single timer. */
export class Telemetry {
  readonly #deps: TelemetryDeps;
  readonly #instances: InstanceNumbers;
  readonly #journal: MinuteJournal;
  readonly #sampler: Sampler;
  readonly #closer: MinuteCloser;
  readonly #watch = new WatchSelf();
  /** How many minutes this run closed before the server was heard: their numbers may still turn out wrong. */
  #unanchored = 0;
  #intervalMs = SAMPLE_INTERVAL_MS;
  #live: { readonly intervalMs: number; readonly untilMs: number } | undefined;
  #upkeptAtMs: number;
  #cancel: (() => void) | undefined;

  constructor(deps: TelemetryDeps) {
    this.#deps = deps;
    this.#instances = new InstanceNumbers(deps.folder);
    this.#journal = new MinuteJournal(deps.folder.file('minutes.journal'));
    this.#sampler = new Sampler(deps.system.collectors(), this.#instances);
    this.#closer = new MinuteCloser(this.#journal.lastMinute);
    this.#upkeptAtMs = deps.clock.monotonicMs();
  }

  start(): void {
    this.#tick();
  }

  /** Closes what has been gathered and ends. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#keep(this.#closer.close());
    this.#journal.close();
  }

  setInterval(ms: number): void {
    this.#intervalMs = Math.max(1_000, ms);
  }

  /** Somebody looks: faster samples until the time is over, unless the server asks again. */
  watch({ intervalMs, durationMs }: LiveMode): void {
    const untilMs = this.#deps.clock.monotonicMs() + durationMs;
    this.#live = intervalMs > 0 ? { intervalMs: Math.max(FASTEST_MS, intervalMs), untilMs } : undefined;
    if (this.#live) this.sampleNow();
  }

  /** Takes a sample out of turn; the next follows an interval later. */
  sampleNow(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#tick();
  }

  get isLive(): boolean {
    return this.#live !== undefined;
  }

  get instances(): Instance[] {
    return this.#instances.all();
  }

  /** True once after instances were added. */
  takeInstanceNews(): boolean {
    return this.#instances.takeNews();
  }

  get waitingMinutes(): number {
    return this.#journal.waiting;
  }

  oldestMinutes(limit: number): Minute[] {
    return this.#journal.oldest(limit);
  }

  acknowledge(minutes: readonly number[]): void {
    this.#journal.acknowledge(minutes);
  }

  health(): AgentHealth {
    return this.#watch.health(this.#journal);
  }

  /** The server was heard for the first time in this run, or its clock was corrected: time moved by so much. */
  anchored(movedMs: number): void {
    const minutes = Math.round(movedMs / MINUTE_MS);
    if (minutes !== 0 && this.#unanchored > 0) this.#journal.shift(this.#unanchored, minutes);
    const isAhead = this.#journal.forgetAhead(Math.floor(this.#deps.time.now() / MINUTE_MS));
    if (minutes !== 0 || isAhead) this.#closer.moveTo(this.#journal.lastMinute, minutes);
    this.#unanchored = 0;
  }

  #tick(): void {
    const { clock, time } = this.#deps;
    if (this.#live && clock.monotonicMs() >= this.#live.untilMs) this.#live = undefined;
    this.#cancel = clock.after(this.#live?.intervalMs ?? this.#intervalMs, () => this.#tick());
    const sample = this.#sampler.take(time.now(), this.#watch.isShedding);
    const closed = this.#closer.add(sample);
    this.#keep(closed);
    this.#deps.sampled(sample);
    this.#upkeep();
    this.#deps.ticked(closed !== undefined);
  }

  #keep(minute: Minute | undefined): void {
    if (!minute) return;
    if (!this.#deps.time.isAnchored) this.#unanchored += 1;
    this.#journal.append(minute);
  }

  #upkeep(): void {
    const { clock, system } = this.#deps;
    const now = clock.monotonicMs();
    if (now - this.#upkeptAtMs < UPKEEP_EVERY_MS) return;
    this.#upkeptAtMs = now;
    this.#watch.look(system.selfUsage(), now);
    // Collects garbage and drops code, which is compiled again when it is needed.
    Bun.shrink();
  }
}
