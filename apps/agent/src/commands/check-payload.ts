/** The part of JSON Schema that the command catalogue uses; the generator's output is checked against this type. */
export type Schema = {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly $schema?: string;
};

export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

const KNOWN = new Set(
  'type properties required items anyOf enum const default minimum maximum exclusiveMinimum minLength maxLength maxItems pattern $schema'.split(
    ' ',
  ),
);

/** Words of a schema that `checkPayload` would not enforce: a test keeps this empty for the whole catalogue. */
export function unknownWords(schema: Schema): string[] {
  const nested = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  return [...Object.keys(schema).filter((word) => !KNOWN.has(word)), ...nested.flatMap(unknownWords)];
}

/** Checks a value against its schema and fills defaults in; members that the schema does not name are dropped. */
export function checkPayload(schema: Schema, value: unknown, path = 'payload'): Checked {
  if (schema.anyOf) {
    for (const one of schema.anyOf) {
      const checked = checkPayload(one, value, path);
      if (checked.ok) return checked;
    }
    return { ok: false, problem: `${path} is none of what it may be` };
  }
  const problem = problemOf(schema, value, path);
  if (problem) return { ok: false, problem };
  if (schema.type === 'object') return checkObject(schema, value as Record<string, unknown>, path);
  if (schema.type === 'array') return checkArray(schema, value as unknown[], path);
  return { ok: true, value };
}

function checkObject(schema: Schema, value: Record<string, unknown>, path: string): Checked {
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const member = Object.hasOwn(value, name) ? value[name] : property.default;
    if (member === undefined) {
      if (schema.required?.includes(name)) return { ok: false, problem: `${path}.${name} is missing` };
      continue;
    }
    const checked = checkPayload(property, member, `${path}.${name}`);
    if (!checked.ok) return checked;
    result[name] = checked.value;
  }
  return { ok: true, value: result };
}

function checkArray(schema: Schema, value: unknown[], path: string): Checked {
  const result: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const checked = checkPayload(schema.items ?? {}, item, `${path}[${index}]`);
    if (!checked.ok) return checked;
    result.push(checked.value);
  }
  return { ok: true, value: result };
}

function problemOf(schema: Schema, value: unknown, path: string): string | undefined {
  if (schema.type && typeName(value, schema.type) !== schema.type)
    return `${path} is not of type ${schema.type}`;
  if (schema.const !== undefined && value !== schema.const) return `${path} is not ${String(schema.const)}`;
  if (schema.enum && !schema.enum.includes(value)) return `${path} is not one of ${schema.enum.join(', ')}`;
  if (typeof value === 'number') return numberProblem(schema, value, path);
  if (typeof value === 'string') return stringProblem(schema, value, path);
  if (Array.isArray(value) && value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY))
    return `${path} has more than ${schema.maxItems} entries`;
  return undefined;
}

function numberProblem(schema: Schema, value: number, path: string): string | undefined {
  if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY)) return `${path} is below ${schema.minimum}`;
  if (value > (schema.maximum ?? Number.POSITIVE_INFINITY)) return `${path} is above ${schema.maximum}`;
  if (value <= (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY))
    return `${path} is not above ${schema.exclusiveMinimum}`;
  return undefined;
}

function stringProblem(schema: Schema, value: string, path: string): string | undefined {
  if (value.length < (schema.minLength ?? 0)) return `${path} is shorter than ${schema.minLength}`;
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
    return `${path} is longer than ${schema.maxLength}`;
  if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) return `${path} has the wrong form`;
  return undefined;
}

function typeName(value: unknown, wanted: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number')
    return wanted === 'integer' && Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value;
}
