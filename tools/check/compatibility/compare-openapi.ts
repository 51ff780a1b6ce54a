import { type Comparison, compareSchemas, type Direction, type Schema } from './compare-schema.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses?: Readonly<Record<string, Content>>;
}

/** An OpenAPI description, as far as it is compared. */
export interface ApiDescription {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** What about the API as it is breaks a client that was written for the one before, one sentence each. */
export function compareApis(before: ApiDescription, after: ApiDescription): string[] {
  return Object.entries(before.paths ?? {}).flatMap(([path, old]) =>
    METHODS.flatMap((method) => {
      const was = old[method];
      const is = after.paths?.[path]?.[method];
      const name = `${method.toUpperCase()} ${path}`;
      if (!was) return [];
      if (!is) return [`${name} is gone`];
      return compareOperations(before, after, { was, is }).map((text) => `${name}: ${text}`);
    }),
  );
}

type Pair = { readonly was: Operation; readonly is: Operation };

function compareOperations(before: ApiDescription, after: ApiDescription, pair: Pair): string[] {
  const by = (direction: Direction): Comparison => ({
    direction,
    oldRef: (ref) => before.components?.schemas?.[ref.split('/').at(-1) ?? ''],
    newRef: (ref) => after.components?.schemas?.[ref.split('/').at(-1) ?? ''],
  });
  return [
    ...compareParameters(by('sent'), pair),
    ...compareBodies(by('sent'), pair),
    ...compareAnswers(by('read'), pair),
  ];
}

function compareParameters(by: Comparison, { was, is }: Pair): string[] {
  const same = (one: Parameter) => (other: Parameter) => other.name === one.name && other.in === one.in;
  const kept = (was.parameters ?? []).flatMap((old) => {
    const now = is.parameters?.find(same(old));
    if (!now) return [`the ${old.in} parameter \`${old.name}\` is gone`];
    const strict = now.required && !old.required ? [`\`${old.name}\` is now required`] : [];
    return [...strict, ...compareSchemas(by, old.schema, now.schema, old.name)];
  });
  const added = (is.parameters ?? []).filter((now) => now.required && !was.parameters?.some(same(now)));
  return [...kept, ...added.map(({ name }) => `\`${name}\` is new and required`)];
}

function compareBodies(by: Comparison, { was, is }: Pair): string[] {
  if (!was.requestBody) return is.requestBody?.required ? ['a body is now required'] : [];
  if (!is.requestBody) return ['it no longer takes a body'];
  const strict = is.requestBody.required && !was.requestBody.required ? ['a body is now required'] : [];
  return [...strict, ...compareContents(by, was.requestBody, is.requestBody, 'the body')];
}

/** Answers that went well. What an error looks like is one shape for all, and its codes may grow. */
function compareAnswers(by: Comparison, { was, is }: Pair): string[] {
  return Object.entries(was.responses ?? {})
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, old]) => {
      const now = is.responses?.[status];
      return now ? compareContents(by, old, now, `the answer ${status}`) : [`it no longer answers ${status}`];
    });
}

function compareContents(by: Comparison, old: Content, now: Content, what: string): string[] {
  return Object.entries(old.content ?? {}).flatMap(([type, { schema }]) => {
    const other = now.content?.[type];
    if (!other) return [`${what} is no longer ${type}`];
    return compareSchemas(by, schema, other.schema).map((text) => `${what}: ${text}`);
  });
}
