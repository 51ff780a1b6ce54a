import type { CatalogueEntry } from './catalogue-entry.ts';

const HOUR_MS = 3_600_000;

/** Commands an endpoint takes in an hour, by risk: what a stolen server can do is bounded here, not there. */
const CAPS_PER_HOUR: Readonly<Record<CatalogueEntry['risk'], number>> = Object.freeze({
  read: 1_200,
  change: 240,
  dangerous: 60,
});

/** Counts commands in a sliding hour. */
export class Caps {
  readonly #taken = new Map<CatalogueEntry['risk'], number[]>();

  constructor(readonly perHour: Readonly<Record<CatalogueEntry['risk'], number>> = CAPS_PER_HOUR) {}

  /** False when this class has had its share of the last hour; else it is counted. `nowMs` is monotonic. */
  take(risk: CatalogueEntry['risk'], nowMs: number): boolean {
    const recent = (this.#taken.get(risk) ?? []).filter((at) => nowMs - at < HOUR_MS);
    const allowed = recent.length < this.perHour[risk];
    if (allowed) recent.push(nowMs);
    this.#taken.set(risk, recent);
    return allowed;
  }
}
