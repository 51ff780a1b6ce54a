import { describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { COMMANDS } from '../commands/index.ts';
import { contract } from '../http/index.ts';
import { PolicyValues } from '../policies/index.ts';
import { SETTINGS } from '../settings/index.ts';
import { describeIssues, invalidInput } from './index.ts';

type Schema = z.core.$ZodType;
type Def = {
  readonly type: string;
  readonly [part: string]: unknown;
};

/** Every schema that what somebody sends is held against. */
const INPUTS: readonly Schema[] = [
  ...inputsOf(contract),
  ...Object.values(COMMANDS).map(({ payload }) => payload),
  ...Object.values(SETTINGS).map(({ schema }) => schema),
  PolicyValues,
];

/** Nothing, the wrong kind, too little, too much and what is in no list: something of it fits no schema. */
const WRONG: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e300, Number.NaN, '', ' ', 'a\u0001b', 'x'.repeat(20_000), '§'],
  ...[[], Array.from({ length: 30_000 }, () => 'x'), [null], {}, { '§': 1, kind: '§', method: '§' }],
];

function inputsOf(router: unknown): Schema[] {
  if (typeof router !== 'object' || router === null) return [];
  if ('~orpc' in router) {
    const { inputSchema } = router['~orpc'] as { inputSchema?: Schema };
    return inputSchema ? [inputSchema] : [];
  }
  return Object.values(router).flatMap(inputsOf);
}

/** The schema and all that it is made of. */
function partsOf(schema: Schema, seen = new Set<Schema>()): ReadonlySet<Schema> {
  const def = schema._zod.def as unknown as Def;
  // A transformation alone takes what the schema before it let through.
  if (seen.has(schema) || def.type === 'transform') return seen;
  seen.add(schema);
  const inside = [
    def.shape,
    def.element,
    def.options,
    def.innerType,
    def.in,
    def.out,
    def.keyType,
    def.valueType,
  ];
  for (const part of inside.flatMap(schemasIn)) partsOf(part, seen);
  return seen;
}

function schemasIn(part: unknown): Schema[] {
  if (typeof part !== 'object' || part === null) return [];
  return '_zod' in part ? [part as Schema] : Object.values(part).flatMap(schemasIn);
}

/** What the validator says by itself, and what says nothing. */
const RAW = /Invalid|: expected|Too (big|small)|Unrecognized|undefined|NaN|\[object|must be written as/;

test('whatever a contract, a command, a setting or a policy refuses is refused in words that go on after a name', () => {
  const codes = new Set<string>();
  const parts = new Set(INPUTS.flatMap((schema) => [...partsOf(schema)]));
  for (const part of parts) {
    for (const wrong of WRONG) {
      for (const { code, message } of z.safeParse(part, wrong).error?.issues ?? []) {
        codes.add(code);
        expect(message).toMatch(/^(must|has|is missing|does not fit|cannot stand here)\b/);
        expect(message).not.toMatch(RAW);
      }
    }
  }

  expect(parts.size).toBeGreaterThan(300);
  expect([...codes].sort()).toEqual([
    ...['custom', 'invalid_format', 'invalid_key', 'invalid_type', 'invalid_union', 'invalid_value'],
    ...['too_big', 'too_small', 'unrecognized_keys'],
  ]);
});

describe('every kind of problem has its sentence', () => {
  const told: readonly (readonly [Schema, unknown, string])[] = [
    [z.string(), 7, 'it must be text'],
    [z.string(), undefined, 'it is missing: it must be text'],
    [z.number().int(), 1.5, 'it must be a whole number'],
    [z.object({ a: z.boolean() }), { a: 'yes' }, 'a must be true or false'],
    [z.object({}), null, 'it must be an object with fields'],
    [z.enum(['on', 'off']), 'of', 'it must be one of on, off'],
    [z.literal('a'), 'b', 'it must be “a”'],
    [z.string().max(1), 'ab', 'it must have at most 1 character'],
    [z.array(z.number()).max(2), [1, 2, 3], 'it must have at most 2 entries'],
    [z.number().max(500), 501, 'it must be at most 500'],
    [z.number().lt(5), 5, 'it must be less than 5'],
    [z.string().min(1), '', 'it must not be empty'],
    [z.string().length(8), 'a', 'it must have exactly 8 characters'],
    [z.number().gt(0), 0, 'it must be more than 0'],
    [z.array(z.string()).min(1), [], 'it must have at least 1 entry'],
    [z.email(), 'ada', 'it must be an e-mail address such as ada@example.org'],
    [z.uuid(), 'x', 'it must be an id, as lists show it'],
    [z.number().multipleOf(5), 3, 'it must be a multiple of 5'],
    [z.strictObject({}), { a: 1, b: 2 }, 'it has what is not known here: a, b; leave it out'],
    [z.union([z.string(), z.number(), z.boolean()]), [], 'it must be text or a number or true or false'],
    [z.union([z.object({ a: z.string() }), z.number()]), { a: 1 }, 'it does not fit: a must be text'],
    [
      z.record(z.string().max(1), z.unknown()),
      { ab: 1 },
      'ab cannot stand here: its name must have at most 1 character',
    ],
    [z.map(z.object({}), z.string()), new Map([[{}, 1]]), 'it has an entry that must be text'],
    [
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
      { kind: 'c' },
      'kind must be one of a, b',
    ],
    [z.string().refine(() => false, 'must rhyme'), 'x', 'it must rhyme'],
    [z.string().refine(() => false), 'x', 'it is not valid'],
  ];
  for (const [schema, wrong, words] of told)
    test(words, () => {
      expect(describeIssues(z.safeParse(schema, wrong).error?.issues ?? [], 'it')).toBe(words);
    });
});

test('a refusal is one line for people, and a list by field for programs', () => {
  const issues = [
    { path: ['tags', { key: 'role' }], message: 'must be text' },
    { path: [], message: 'must be a list' },
  ];

  expect(invalidInput(issues)).toMatchObject({
    code: 'invalid_input',
    message: 'tags.role must be text; what was sent must be a list.',
    params: {
      issues: [
        { path: 'tags.role', message: 'must be text' },
        { path: '', message: 'must be a list' },
      ],
    },
  });
});
