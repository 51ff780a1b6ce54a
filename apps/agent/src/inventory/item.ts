import type { InventoryCategory } from '@muster/contracts/inventory';

/** Something that a category lists; kinds and fields are those of the catalogue in contracts. */
export type Item = {
  readonly kind: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** A category as it was found. `note` says what could not be read, and why; empty: nothing. */
export type Found = { readonly items: readonly Item[]; readonly note: string };

/** Reads the categories that a system can tell of; one that throws is left as it was, with the reason. */
export type Readers = Readonly<Partial<Record<InventoryCategory, () => Promise<Found> | Found>>>;

/** Collects items and what was in the way of more. */
export class Finding {
  readonly items: Item[] = [];
  readonly #notes: string[] = [];

  add(kind: string, key: string, fields: Item['fields']): void {
    this.items.push({ kind, key, fields });
  }

  /** Runs one part; when it fails the others still count. */
  async part(name: string, read: () => Promise<void> | void): Promise<void> {
    try {
      await read();
    } catch (error) {
      this.#notes.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  get found(): Found {
    return { items: this.items, note: this.#notes.join('; ').slice(0, 500) };
  }
}
