import type { Connection, ConnectionState } from '@muster/contracts';

/** What a look at the sockets gave: as many as were asked for, and how many there are. */
export type Connections = { readonly connections: Connection[]; readonly total: number };

/** States in which no program holds the connection any more. */
const WAITING: ReadonlySet<ConnectionState> = new Set(['time_wait', 'closed']);

/**
 * Keeps so many sockets of any number. Those that no program holds any more give way first: a busy server has them by
 * the hundred thousand.
 */
export class ConnectionList<Entry extends Pick<Connection, 'state'>> {
  readonly #held: Entry[] = [];
  readonly #waiting: Entry[] = [];
  #total = 0;

  constructor(readonly most: number) {}

  add(entry: Entry): void {
    this.#total += 1;
    const list = WAITING.has(entry.state) ? this.#waiting : this.#held;
    if (list.length < this.most) list.push(entry);
  }

  get total(): number {
    return this.#total;
  }

  get entries(): Entry[] {
    return [...this.#held, ...this.#waiting].slice(0, this.most);
  }
}
