import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { aCast, type Cast, type Tenant } from '../../testing/cast.ts';

/* What people and programs may send as a device query, through each endpoint that takes one. */

type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly params: { readonly errors?: readonly { message: string; span: { start: number; end: number } }[] };
};

let cast: Cast;
let tenant: Tenant;
beforeAll(async () => {
  cast = await aCast();
  tenant = await cast.aTenant('acme');
  await cast.aDevice(tenant);
});
afterAll(() => cast.stop());

const ask = (method: string, path: string, body?: unknown) =>
  cast.call(cast.running.token, method, path, body);
const inUrl = (query: string) => encodeURIComponent(query);

/** Each takes a query, and says what is wrong with it in the same way. */
const DOORS: Readonly<Record<string, (query: string) => ReturnType<typeof ask>>> = {
  list: (query) => ask('GET', `/devices?query=${inUrl(query)}`),
  summary: (query) => ask('GET', `/devices/summary?query=${inUrl(query)}`),
  overview: (query) => ask('GET', `/devices/overview?query=${inUrl(query)}`),
  explain: (query) => ask('POST', '/devices/query/explain', { query }),
  preview: (query) => ask('POST', '/groups/preview', { query }),
  group: (query) => ask('POST', '/groups', { name: crypto.randomUUID(), orgId: tenant.orgId, query }),
};

const BAD: readonly [what: string, query: string, says: RegExp, start: number][] = [
  ['a field that is not there', 'hostnam = web', /unknown field `hostnam`.*did you mean `hostname`/, 0],
  ['a number for a name of a state', 'os = linux and cpu > lots', /cpu|lots/, 21],
  ['a network that is none', 'ip in 10.0.0.0/99', /10\.0\.0\.0\/99/, 6],
  ['an address that is none', 'os = linux and ip = 300.1.2.3', /300\.1\.2\.3/, 20],
  ['a size for a percentage', 'memory > 4GB', /4GB/, 9],
  ['a quotation without end', 'hostname = "web', /quot/, 11],
  ['a parenthesis without end', '(os = linux', /\)|parenthes/, 0],
  ['an operator without value', 'os = linux and cpu >', /value/, 20],
  ['more terms than anybody writes', Array.from({ length: 600 }, () => 'a').join(' or '), /500/, 0],
  ['deeper parentheses than anybody writes', `${'('.repeat(60)}os = linux${')'.repeat(60)}`, /50/, 0],
  ['more negations than anybody writes', `${'not '.repeat(60)}os = linux`, /50/, 0],
  ['more wildcards than a value may have', `hostname = ${'a*'.repeat(20)}`, /wildcard/, 11],
];

describe('GT-5: a query that cannot be read is refused with its place, wherever it is sent', () => {
  for (const [what, query, says, start] of BAD) {
    test(what, async () => {
      for (const [door, send] of Object.entries(DOORS)) {
        const answer = await send(query);
        const { code, detail, params } = answer.body as unknown as Problem;
        expect([door, answer.status, code]).toEqual([door, 400, 'invalid_input']);
        expect(detail).toMatch(says);
        const [first] = params.errors ?? [];
        expect(first?.message).toMatch(says);
        expect(first?.span.start).toBeGreaterThanOrEqual(start);
        expect(first?.span.end).toBeLessThanOrEqual(query.length);
      }
    });
  }
});

test('GT-5: ten thousand terms are refused by their length, before they are read', async () => {
  const query = Array.from({ length: 10_000 }, (_, at) => `hostname = web-${at}`).join(' or ');
  for (const door of ['explain', 'preview', 'group'] as const) {
    const answer = await DOORS[door]?.(query);
    expect([answer?.status, (answer?.body as unknown as Problem | undefined)?.code]).toEqual([
      400,
      'invalid_input',
    ]);
    expect(answer?.text.length).toBeLessThan(10_000);
  }
  expect((await DOORS.list?.(query))?.status).toBeGreaterThanOrEqual(400);
});

test('SE-2: text that is SQL is looked for as text', async () => {
  const attempts = [
    `'; drop table devices; --`,
    `"' or '1'='1"`,
    'hostname = "\'); delete from devices; --"',
    'tag["x\') or true --"] = 1',
    'software "a\' union select 1 --" < 1',
    'tag.role = "$1::text; select pg_sleep(10)"',
    `hostname ~ "%' escape '"`,
    'custom.x = "\\\\"',
  ];
  for (const query of attempts) {
    const answer = await DOORS.list?.(query);
    expect([200, 400]).toContain(answer?.status ?? 0);
    if (answer?.status === 200) expect((answer.body as unknown as { items: unknown[] }).items).toEqual([]);
    expect(answer?.text).not.toMatch(/syntax error|pg_|drizzle/i);
  }
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ n: number }>(sql`select count(*)::int as n from devices`),
  );
  expect(rows[0]?.n).toBeGreaterThan(0);
});

test('GT-5: control characters, lone surrogates and patterns that would run for ever are answered', async () => {
  const odd = [
    'hostname = "a\u0000b"',
    'hostname = "\ud800"',
    `hostname : "${'a '.repeat(120)}b"`,
    `hostname ~ "${'*a'.repeat(15)}"`,
    '\u202e = 1',
    'hostname = "\u{1f4a9}"',
  ];
  for (const query of odd) {
    const answer = await DOORS.explain?.(query);
    expect([200, 400]).toContain(answer?.status ?? 0);
    expect([200, 400]).toContain((await ask('POST', '/groups/preview', { query })).status);
  }
});

test('GT-5: a query is explained: in words, who can say it, whether time moves it, how many it means', async () => {
  const answer = await DOORS.explain?.('os == linux and not last_seen > 3d');

  expect(answer?.body as unknown).toMatchObject({
    written: 'os = linux and not last_seen > 3d',
    lines: [
      { depth: 0, text: 'all of' },
      { depth: 1, text: 'os is linux' },
      { depth: 1, text: 'not' },
      { depth: 2, text: 'last_seen is longer ago than 3d' },
    ],
    fields: [
      { name: 'os', authority: 'device' },
      { name: 'last_seen', authority: 'server' },
    ],
    movesByTime: true,
    matching: { exact: true },
  });
});
