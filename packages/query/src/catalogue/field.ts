import type { ValueTest } from '../values/value-test.ts';

/** What a value is; decides which operators and units a field takes. */
type ScalarKind =
  | 'text'
  | 'enum'
  | 'number'
  | 'percent'
  | 'bytes'
  | 'duration'
  | 'time'
  | 'version'
  | 'ip'
  | 'boolean';

/** A map's entries are text, and are named behind a dot: `tag.role`, `tag["cost centre"]`. */
export type FieldKind = ScalarKind | 'map';

/** Who can set a field; a smart group that carries secrets may use only what the server says. */
export type Authority = 'server' | 'operator' | 'device';

/**
 * SQL expressions of one value. They are trusted text of the module that contributes the field; no text
 * of a user is ever put there. Types by kind: text, enum, version: text · number, percent, bytes,
 * duration (milliseconds): any number · time: timestamptz · ip: inet, single addresses · boolean.
 */
export type ValueSql = {
  readonly value: string;
  /** The value in lower case, where a column or an index serves it; else it is computed. */
  readonly folded?: string;
  /** kind version: the column with `versionSortKey` of the value, under the C collation. */
  readonly sortKey?: string;
};

/** One value in the row of the device itself, such as `{ from: 'column', value: 'd.hostname' }`. */
type ColumnSource = ValueSql & { readonly from: 'column' };

/** An entry of a jsonb object in the row of the device; for kind map. */
type JsonSource = { readonly from: 'json'; readonly object: string };

/** Values in other rows: `exists (select 1 from <rows> where <joined> and …)`. */
export type RowsSource = ValueSql & {
  readonly from: 'rows';
  readonly rows: string;
  /** Ties the rows to the device; `true` where `rows` does so itself, as `unnest(d.ips)`. */
  readonly joined: string;
  /** The text column that a selector, an argument or a map's key names. */
  readonly of?: string;
};

/** Where SQL finds the value. */
export type Source = ColumnSource | JsonSource | RowsSource;

/** Makes a placeholder for a value, cast to a type: `bind('x', 'text')` gives `$3::text`. */
export type Bind = (value: string | number | boolean, type: string) => string;

/** What a field's own SQL is asked for: one test, and the selector, argument or key if there is one. */
export type SqlRequest = { readonly test: ValueTest; readonly of: string | undefined; readonly bind: Bind };

/** One way to read a field: as percent, as bytes. */
export type Reading = {
  readonly kind: FieldKind;
  readonly source: Source;
  /** The property of a record in memory that holds the value; the field's name unless given. */
  readonly property?: string;
  /**
   * The reading's own SQL for a test where an index needs another form; undefined falls back to `source`.
   * It must mean the same. It may be null where the value is missing.
   */
  readonly sql?: (request: SqlRequest) => string | undefined;
  /** The same for rows that are walked in the order of a list until a page is full; `sql` unless given. */
  readonly walked?: (request: SqlRequest) => string | undefined;
};

/** A field as a module contributes it. */
export type Field = Reading & {
  /** Lower case, segments joined by dots: `os.name`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly authority: Authority;
  /** One sentence for completion and documentation. */
  readonly describe: string;
  /**
   * instance: a selector before the last segment is allowed, `disk["C:"].free`; without it any instance
   * counts. argument: quoted text must follow the name, `software "openssl" < 3`.
   */
  readonly takes?: 'instance' | 'argument';
  /** kind enum: all values, as stored. */
  readonly values?: readonly string[];
  /** kind enum: the text field that takes what is no value of this one, by words. */
  readonly otherwise?: string;
  /** Further readings, tried in order where a value does not fit: `disk.free < 10%` and `< 10GB`. */
  readonly also?: readonly Reading[];
  readonly sortable?: boolean;
  /** It grows by itself, a millisecond each millisecond, as an uptime does. */
  readonly grows?: true;
  /** What changes it, in the words of the module that keeps it; the columns that its SQL names unless given. */
  readonly touchedBy?: readonly string[];
  /** Bare words are searched here; for text, enum, version and ip. */
  readonly freeText?: boolean;
};
