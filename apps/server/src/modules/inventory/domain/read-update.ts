import { findKind, INVENTORY, InventoryCategory } from '@muster/contracts/inventory';
import type { InventoryUpdate } from '@muster/contracts/wire';
import { storableJson, storableText } from '../../../platform/storable-text.ts';

/** Something that a category lists, checked against the schema of its kind. */
export type Item = { readonly kind: string; readonly key: string; readonly fields: Record<string, unknown> };
export type ItemKey = Pick<Item, 'kind' | 'key'>;

/** An update as far as it can be believed. */
export type ReadUpdate = {
  readonly category: InventoryCategory;
  readonly collectedAtMs: number;
  /** Undefined: from nothing. */
  readonly base: Uint8Array | undefined;
  readonly state: Uint8Array;
  readonly upserts: readonly Item[];
  readonly removed: readonly ItemKey[];
  readonly more: boolean;
  /** What is missing, in sentences: from the agent, and what was left out here. */
  readonly note: string;
};

const MAX_STATE = 32;
const MAX_KEY = 600;
const MAX_FIELDS_BYTES = 16_384;
const MAX_NOTE = 500;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads an update; a text says why nothing of it can be kept. Single items that do not fit are left out, with a note. */
export function readUpdate(update: InventoryUpdate): ReadUpdate | string {
  const category = InventoryCategory.safeParse(update.category).data;
  if (!category) return `this server knows no category “${update.category.slice(0, 40)}”`;
  if (update.state.length === 0 || update.state.length > MAX_STATE)
    return 'the state must have 1 to 32 bytes';
  if (update.base.length > MAX_STATE) return 'the base must have at most 32 bytes';
  const { maxItems } = INVENTORY[category];
  const upserts: Item[] = [];
  let unfit = 0;
  for (const raw of update.upserts.slice(0, maxItems)) {
    const item = readItem(category, raw);
    if (item) upserts.push(item);
    else unfit += 1;
  }
  const beyond = update.upserts.length - Math.min(update.upserts.length, maxItems);
  return {
    category,
    collectedAtMs: Number(update.collectedAtMs),
    base: update.base.length === 0 ? undefined : update.base,
    state: update.state,
    upserts: [...new Map(upserts.map((item) => [`${item.kind}\n${item.key}`, item])).values()],
    removed: update.removed
      .slice(0, maxItems)
      .map(({ kind, key }) => ({ kind: storableText(kind), key: storableText(key) })),
    more: update.more,
    note: noteOf(update.note, { unfit, beyond }),
  };
}

function readItem(
  category: InventoryCategory,
  raw: { readonly kind: string; readonly key: string; readonly fields: Uint8Array },
): Item | undefined {
  const kind = findKind(category, raw.kind);
  if (!kind || raw.key.length === 0 || raw.key.length > MAX_KEY || raw.fields.length > MAX_FIELDS_BYTES)
    return;
  try {
    const fields = kind.fields.safeParse(storableJson(JSON.parse(decoder.decode(raw.fields))));
    const key = storableText(raw.key);
    return fields.success ? { kind: raw.kind, key, fields: fields.data as Item['fields'] } : undefined;
  } catch {
    return undefined;
  }
}

function noteOf(
  said: string,
  { unfit, beyond }: { readonly unfit: number; readonly beyond: number },
): string {
  const notes = [said.trim()];
  if (unfit > 0) notes.push(`${unfit} entries could not be read and were left out.`);
  if (beyond > 0) notes.push(`${beyond} entries beyond the limit were left out.`);
  return storableText(notes.filter((note) => note !== '').join(' '), MAX_NOTE);
}
