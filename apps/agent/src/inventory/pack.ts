import type { Draft } from '../wire/codec.ts';
import type { InventoryUpdate } from '../wire/messages.gen.ts';
import type { Item } from './item.ts';

/** Digests of items by `kind\nkey`, and the state that they make together. */
export type Snapshot = { readonly state: string; readonly digests: Readonly<Record<string, string>> };

/** What one update may carry: small beside a frame's limit, so that nothing else waits long behind it. */
const MOST_ITEMS = 250;
const MOST_BYTES = 48 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const EMPTY: Bytes = new Uint8Array();

const nameOf = ({ kind, key }: Pick<Item, 'kind' | 'key'>): string => `${kind}\n${key}`;

/** What a category is now, as digests alone. The state follows from them, so that the same machine has the same state. */
export function snapshot(items: readonly Item[]): Snapshot {
  const digests: Record<string, string> = {};
  for (const item of items) digests[nameOf(item)] = digest(JSON.stringify(item.fields));
  const hasher = new Bun.CryptoHasher('sha256');
  for (const name of Object.keys(digests).sort()) hasher.update(`${name}\n${digests[name]}\n`);
  return { state: hasher.digest('hex').slice(0, 32), digests };
}

function digest(text: string): string {
  return Bun.hash(text).toString(36);
}

export type Packing = {
  readonly category: string;
  readonly collectedAtMs: number;
  readonly items: readonly Item[];
  readonly note: string;
  /** What the server acknowledged; undefined: send everything. */
  readonly acknowledged: Snapshot | undefined;
};

/**
 * The updates that lead from what the server has to what there is, each starting where the one before it ended. A
 * category that did not change is one update of a few bytes.
 */
export function pack(packing: Packing): Draft<InventoryUpdate>[] {
  const { category, collectedAtMs, note, acknowledged } = packing;
  const next = snapshot(packing.items);
  const known = acknowledged?.digests ?? {};
  const changed = packing.items.filter((item) => known[nameOf(item)] !== next.digests[nameOf(item)]);
  const removed = Object.keys(known).filter((name) => next.digests[name] === undefined);
  const portions = [...portionsOf(changed)];
  const last = Math.max(0, portions.length - 1);
  return (portions.length === 0 ? [[]] : portions).map((items, at) => ({
    category,
    collectedAtMs,
    base: at === 0 ? bytesOf(acknowledged?.state) : between(next.state, at - 1),
    state: at === last ? bytesOf(next.state) : between(next.state, at),
    upserts: items.map(({ kind, key, fields }) => ({
      kind,
      key,
      fields: encoder.encode(JSON.stringify(fields)),
    })),
    removed: at === 0 ? removed.map(splitName) : [],
    more: at < last,
    note: at === last ? note : '',
  }));
}

function* portionsOf(items: readonly Item[]): Generator<Item[]> {
  let portion: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = JSON.stringify(item).length;
    if (portion.length >= MOST_ITEMS || (portion.length > 0 && bytes + size > MOST_BYTES)) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(item);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}

function splitName(name: string): { kind: string; key: string } {
  const at = name.indexOf('\n');
  return { kind: name.slice(0, at), key: name.slice(at + 1) };
}

function bytesOf(state: string | undefined): Bytes {
  return state === undefined ? EMPTY : new Uint8Array(Buffer.from(state, 'hex'));
}

/** A state on the way, which no other state can be mistaken for. */
function between(state: string, at: number): Bytes {
  return new Uint8Array(Buffer.concat([Buffer.from(state, 'hex'), Buffer.from([at & 255, (at >> 8) & 255])]));
}
