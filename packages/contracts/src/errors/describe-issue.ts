import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;
type Told = { readonly message: string; readonly path?: readonly PropertyKey[] };
type Words = { readonly [Code in Issue['code']]: (issue: Extract<Issue, { code: Code }>) => string };

/** More values than these are not listed. */
const MOST_VALUES = 24;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object with fields',
  record: 'an object with fields',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
  undefined: 'left out',
  never: 'left out',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address such as ada@example.org',
  url: 'must be an address such as https://muster.example.org',
  guid: 'must be an id, as lists show it',
  uuid: 'must be an id, as lists show it',
  datetime: 'must be an instant such as 2027-01-31T12:00:00Z',
  date: 'must be a day such as 2027-01-31',
  ipv4: 'must be an IPv4 address',
  ipv6: 'must be an IPv6 address',
  base64: 'must be written in base64',
  base64url: 'must be written in base64url',
};

/** What each kind of problem that a schema finds is called. Each goes on after the name of its field. */
const WORDS: Words = {
  invalid_type: ({ expected, input }) => asked(input, `must be ${TYPES[expected] ?? expected}`),
  invalid_value: ({ values, input }) => asked(input, `must be ${oneOf(values.map(String))}`),
  too_big: ({ origin, maximum, inclusive, exact }) =>
    exact ? `must have exactly ${count(maximum, origin)}` : atMost(maximum, origin, inclusive !== false),
  too_small: ({ origin, minimum, inclusive, exact }) =>
    exact ? `must have exactly ${count(minimum, origin)}` : atLeast(minimum, origin, inclusive !== false),
  invalid_format: (issue) => FORMATS[issue.format] ?? `must be written as ${issue.pattern ?? issue.format}`,
  not_multiple_of: ({ divisor }) => `must be a multiple of ${divisor}`,
  unrecognized_keys: ({ keys }) => `has what is not known here: ${keys.join(', ')}; leave it out`,
  invalid_union: (issue) => {
    const { options } = issue as { readonly options?: readonly unknown[] };
    if (options)
      return asked(
        (issue.input as Record<string, unknown> | null)?.[issue.discriminator ?? ''],
        `must be ${oneOf(options.map(String))}`,
      );
    return eitherOf(issue.errors);
  },
  invalid_key: ({ issues }) =>
    `cannot stand here: its name ${issues.map(({ message }) => message).join(' and ')}`,
  invalid_element: ({ issues }) => `has an entry that ${issues.map(({ message }) => message).join(' and ')}`,
  custom: () => 'is not valid',
};

/** What a schema finds wrong, in words that go on after the name of the field: “must have at most 20 characters”. */
export function describeIssue(issue: Issue): string {
  return (WORDS[issue.code] as (issue: Issue) => string)(issue);
}

function asked(input: unknown, wanted: string): string {
  return input === undefined ? `is missing: it ${wanted}` : wanted;
}

function oneOf(values: readonly string[]): string {
  if (values.length === 1) return `“${values[0]}”`;
  const listed = values.slice(0, MOST_VALUES).join(', ');
  return `one of ${listed}${values.length > MOST_VALUES ? ` and ${values.length - MOST_VALUES} more` : ''}`;
}

function count(many: number | bigint, origin: string): string {
  const [one, more] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return `${many} ${Number(many) === 1 ? one : more}`;
}

const isCounted = (origin: string) =>
  origin === 'string' || origin === 'array' || origin === 'set' || origin === 'map';

function atMost(maximum: number | bigint, origin: string, inclusive: boolean): string {
  if (isCounted(origin)) return `must have at most ${count(maximum, origin)}`;
  return inclusive ? `must be at most ${maximum}` : `must be less than ${maximum}`;
}

function atLeast(minimum: number | bigint, origin: string, inclusive: boolean): string {
  if (origin === 'string' && Number(minimum) === 1) return 'must not be empty';
  if (isCounted(origin)) return `must have at least ${count(minimum, origin)}`;
  return inclusive ? `must be at least ${minimum}` : `must be more than ${minimum}`;
}

/** What is wanted of one of several forms: all of them where they are plain, else what the nearest one misses. */
function eitherOf(branches: readonly (readonly Told[])[]): string {
  const plain = branches.flatMap(([first, ...more]) =>
    first && more.length === 0 && (first.path ?? []).length === 0 ? [first.message] : [],
  );
  if (plain.length === branches.length && plain.length > 0)
    return [...new Set(plain)]
      .map((text, at) => (at === 0 ? text : text.replace(/^must be /, '')))
      .join(' or ');
  const nearest = branches.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
  return `does not fit: ${nearest.map(({ path = [], message }) => [...path.map(String), message].join(' ')).join(', ')}`;
}

const depthOf = (branch: readonly Told[]) => Math.max(0, ...branch.map(({ path = [] }) => path.length));
