/** A JSON Schema as OpenAPI 3.1 writes it, as far as it is compared. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
}

/** What clients send may only be accepted more widely; what they read may only gain fields. */
export type Direction = 'sent' | 'read';

/** Finds the schema that a `$ref` names, in the description it stands in. */
export type Resolve = (ref: string) => Schema | undefined;

/** Both descriptions, and which way the value travels. */
export type Comparison = {
  readonly direction: Direction;
  readonly oldRef: Resolve;
  readonly newRef: Resolve;
};

const MOST_DEPTH = 24;
const UPPER = ['maxLength', 'maximum', 'maxItems'] as const;
const LOWER = ['minLength', 'minimum', 'minItems'] as const;

/** What about `after` breaks a client that was written for `before`; `at` says where. */
export function compareSchemas(
  by: Comparison,
  before: Schema | undefined,
  after: Schema | undefined,
  at = '',
): string[] {
  if (at.split(/[.[]/).length > MOST_DEPTH) return []; // a schema that contains itself
  const was = plain(before, by.oldRef);
  const is = plain(after, by.newRef);
  if (!isSaid(was)) return by.direction === 'sent' && isSaid(is) ? [`${place(at)} took anything`] : [];
  if (!isSaid(is)) return by.direction === 'read' ? [`${place(at)} may now be anything`] : [];
  const [old, now] = [alternatives(was), alternatives(is)];
  if (old.length > 1 || now.length > 1) return compareAlternatives(by, { old, now }, at);
  return [
    ...compareValues(by, was, is, at),
    ...(by.direction === 'sent' ? compareLimits(was, is, at) : []),
    ...compareFields(by, was, is, at),
    ...(was.items ? compareSchemas(by, was.items, is.items, `${at}[]`) : []),
    ...compareRest(by, was, is, at),
  ];
}

function plain(schema: Schema | undefined, resolve: Resolve): Schema {
  return (schema?.$ref === undefined ? schema : resolve(schema.$ref)) ?? {};
}

/** Whether a schema says anything: an empty one takes, or is, everything. */
function isSaid(schema: Schema): boolean {
  return Object.keys(schema).some((key) => !['description', 'title', 'default', 'examples'].includes(key));
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

/** Each alternative that was sent must still be accepted by one; nothing may be read that no alternative covered. */
function compareAlternatives(
  by: Comparison,
  { old, now }: { readonly old: readonly Schema[]; readonly now: readonly Schema[] },
  at: string,
): string[] {
  const fits = (one: Schema, other: Schema) => compareSchemas(by, one, other, at).length === 0;
  if (by.direction === 'sent') {
    return old
      .filter((one) => !now.some((other) => fits(one, other)))
      .map((one) => `${place(at)} no longer takes ${nameOf(plain(one, by.oldRef))}`);
  }
  return now
    .filter((one) => !old.some((other) => fits(other, one)))
    .filter((one) => !isNewKind(by, old, one))
    .map((one) => `${place(at)} may now be ${nameOf(plain(one, by.newRef))}`);
}

/** A further kind of a union that is told apart by a constant: clients skip what they do not know. */
function isNewKind(by: Comparison, old: readonly Schema[], one: Schema): boolean {
  const kinds = (schema: Schema) =>
    Object.entries(schema.properties ?? {}).flatMap(([name, { const: value }]) =>
      value === undefined ? [] : [`${name}=${JSON.stringify(value)}`],
    );
  const known = new Set(old.flatMap((schema) => kinds(plain(schema, by.oldRef))));
  const own = kinds(plain(one, by.newRef));
  return own.length > 0 && own.every((kind) => !known.has(kind));
}

function compareValues({ direction }: Comparison, was: Schema, is: Schema, at: string): string[] {
  const [from, to] = direction === 'sent' ? [was, is] : [is, was];
  const types = typesOf(to);
  const other = typesOf(from).filter(
    (type) => !types.some((one) => one === type || (one === 'number' && type === 'integer')),
  );
  if (types.length > 0 && other.length > 0) return [`${place(at)} was ${was.type}, is ${is.type}`];
  if (direction === 'read') return []; // clients show values of an enumeration that they do not know as they are
  const [accepted, sent] = [valuesOf(is), valuesOf(was)];
  if (!accepted) return [];
  if (!sent) return [`${place(at)} took any value`];
  return sent
    .filter((value) => !accepted.includes(value))
    .map((value) => `${place(at)} no longer takes ${value}`);
}

function typesOf({ type }: Schema): readonly string[] {
  return typeof type === 'string' ? [type] : (type ?? []);
}

function valuesOf(schema: Schema): string[] | undefined {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  return schema.enum?.map((value) => JSON.stringify(value));
}

function compareLimits(was: Schema, is: Schema, at: string): string[] {
  const lower = UPPER.filter((limit) => (is[limit] ?? Infinity) < (was[limit] ?? Infinity));
  const higher = LOWER.filter((limit) => (is[limit] ?? -Infinity) > (was[limit] ?? -Infinity));
  return [...lower, ...higher].map(
    (limit) => `${place(at)} has ${limit} ${is[limit]}, had ${was[limit] ?? 'none'}`,
  );
}

function compareFields(by: Comparison, was: Schema, is: Schema, at: string): string[] {
  const [old, now] = [was.properties ?? {}, is.properties ?? {}];
  const must = { was: new Set(was.required), is: new Set(is.required) };
  const kept = Object.keys(old).flatMap((name) => {
    const field = at === '' ? name : `${at}.${name}`;
    if (!Object.hasOwn(now, name)) return [`${place(field)} is gone`];
    const loose = by.direction === 'read' && must.was.has(name) && !must.is.has(name);
    const strict = by.direction === 'sent' && !must.was.has(name) && must.is.has(name);
    return [
      ...(loose ? [`${place(field)} may now be missing`] : []),
      ...(strict ? [`${place(field)} is now required`] : []),
      ...compareSchemas(by, old[name], now[name], field),
    ];
  });
  const added = Object.keys(now).filter((name) => !Object.hasOwn(old, name) && must.is.has(name));
  if (by.direction === 'read') return kept;
  return [
    ...kept,
    ...added.map((name) => `${place(at === '' ? name : `${at}.${name}`)} is new and required`),
  ];
}

/** Values of a map, whose names the schema does not know. */
function compareRest(by: Comparison, was: Schema, is: Schema, at: string): string[] {
  const [old, now] = [was.additionalProperties, is.additionalProperties];
  if (typeof old !== 'object' || typeof now !== 'object') return [];
  return compareSchemas(by, old, now, `${at}[*]`);
}

function place(at: string): string {
  return at === '' ? 'the value' : `\`${at}\``;
}

function nameOf(schema: Schema): string {
  return JSON.stringify(schema.const ?? schema.enum ?? schema.type ?? schema.properties ?? 'that').slice(
    0,
    120,
  );
}
