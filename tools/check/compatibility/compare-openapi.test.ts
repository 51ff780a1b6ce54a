import { expect, test } from 'bun:test';
import { type ApiDescription, compareApis } from './compare-openapi.ts';
import type { Schema } from './compare-schema.ts';

type Parameters = NonNullable<NonNullable<ApiDescription['paths']>[string]['get']>['parameters'];

const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const text: Schema = { type: 'string' };

/** One endpoint that takes and answers these. */
function anApi(sent: Schema, read: Schema, parameters: Parameters = []): ApiDescription {
  return {
    paths: { '/things': { post: { parameters, requestBody: json(sent), responses: { 200: json(read) } } } },
  };
}

const sends = (before: Schema, after: Schema) => compareApis(anApi(before, {}), anApi(after, {}));
const reads = (before: Schema, after: Schema) => compareApis(anApi({}, before), anApi({}, after));

test('an API is compatible with itself, and with itself grown', () => {
  const before = anApi(object({ name: text }, ['name']), object({ id: text }, ['id']));
  const grown = anApi(
    object({ name: text, note: text }, ['name']),
    object({ id: text, note: text }, ['id', 'note']),
    [{ name: 'fast', in: 'query' }],
  );

  expect(compareApis(before, before)).toEqual([]);
  expect(compareApis(before, { paths: { ...grown.paths, '/more': {} } })).toEqual([]);
});

test('a path and a method that are gone are found', () => {
  const before = { paths: { '/a': { get: {} }, '/b': { get: {}, put: {} } } };

  expect(compareApis(before, { paths: { '/b': { get: {} } } })).toEqual(['GET /a is gone', 'PUT /b is gone']);
});

test('an answer that loses a field, or no longer promises one, is found', () => {
  const before = object({ id: text, site: object({ name: text }, ['name']) }, ['id', 'site']);

  expect(reads(before, object({ id: text }, ['id']))).toEqual([
    'POST /things: the answer 200: `site` is gone',
  ]);
  expect(reads(before, object({ id: text, site: object({ name: text }) }, ['site']))).toEqual([
    'POST /things: the answer 200: `id` may now be missing',
    'POST /things: the answer 200: `site.name` may now be missing',
  ]);
});

test('a request that needs more than before is found', () => {
  expect(sends(object({ name: text }), object({ name: text, site: text }, ['name', 'site']))).toEqual([
    'POST /things: the body: `name` is now required',
    'POST /things: the body: `site` is new and required',
  ]);
  const needs = anApi({}, {}, [{ name: 'org', in: 'query', required: true }]);
  expect(compareApis(anApi({}, {}), needs)).toEqual(['POST /things: `org` is new and required']);
});

test('a request that no longer takes a field, a parameter, a value or a length is found', () => {
  expect(sends(object({ name: text }), object({}))).toEqual(['POST /things: the body: `name` is gone']);
  expect(compareApis(anApi({}, {}, [{ name: 'query', in: 'query' }]), anApi({}, {}))).toEqual([
    'POST /things: the query parameter `query` is gone',
  ]);
  expect(sends({ enum: ['a', 'b'] }, { enum: ['b', 'c'] })).toEqual([
    'POST /things: the body: the value no longer takes "a"',
  ]);
  expect(sends({ type: 'string', maxLength: 20 }, { type: 'string', maxLength: 10, minLength: 1 })).toEqual([
    'POST /things: the body: the value has maxLength 10, had 20',
    'POST /things: the body: the value has minLength 1, had none',
  ]);
});

test('a type that changes is found both ways, and a number where an integer was is not when sent', () => {
  expect(reads(object({ n: { type: 'integer' } }), object({ n: text }))).toEqual([
    'POST /things: the answer 200: `n` was integer, is string',
  ]);
  expect(sends({ type: 'integer' }, { type: 'number' })).toEqual([]);
  expect(sends({ type: 'number' }, { type: 'integer' })).toEqual([
    'POST /things: the body: the value was number, is integer',
  ]);
});

test('a value that may now be null is found when read, one that no longer may when sent', () => {
  const orNull = { anyOf: [text, { type: 'null' }] };

  expect(reads(object({ name: text }), object({ name: orNull }))).toEqual([
    'POST /things: the answer 200: `name` may now be "null"',
  ]);
  expect(sends(object({ name: orNull }), object({ name: text }))).toEqual([
    'POST /things: the body: `name` no longer takes "null"',
  ]);
  expect([...reads(orNull, text), ...sends(text, orNull)]).toEqual([]);
});

test('a further kind of a union may be read, since clients skip kinds that they do not know', () => {
  const kind = (name: string) => object({ kind: { const: name } }, ['kind']);

  expect(reads({ anyOf: [kind('a'), kind('b')] }, { anyOf: [kind('a'), kind('b'), kind('c')] })).toEqual([]);
});

test('a value that took anything must not become narrow when sent, nor one that is read become anything', () => {
  expect(sends(object({ value: {} }), object({ value: text }))).toEqual([
    'POST /things: the body: `value` took anything',
  ]);
  expect(reads(object({ value: text }), object({ value: {} }))).toEqual([
    'POST /things: the answer 200: `value` may now be anything',
  ]);
});

test('what stands behind a reference, in a list or in a map is compared too', () => {
  const described = (thing: Schema): ApiDescription => ({
    ...anApi({}, object({ items: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } })),
    components: { schemas: { Thing: thing } },
  });
  const map = (value: Schema): Schema => ({ type: 'object', additionalProperties: value });

  expect(compareApis(described(object({ id: text })), described(object({})))).toEqual([
    'POST /things: the answer 200: `items[].id` is gone',
  ]);
  expect(reads(map(text), map({ type: 'integer' }))).toEqual([
    'POST /things: the answer 200: `[*]` was string, is integer',
  ]);
});

test('an answer that changes its status or its kind of content is found', () => {
  const before = { paths: { '/a': { get: { responses: { 200: json(text), 404: json(text) } } } } };
  const other = { paths: { '/a': { get: { responses: { 200: { content: { 'text/csv': {} } } } } } } };

  expect(compareApis(before, { paths: { '/a': { get: { responses: { 204: {} } } } } })).toEqual([
    'GET /a: it no longer answers 200',
  ]);
  expect(compareApis(before, other)).toEqual(['GET /a: the answer 200 is no longer application/json']);
});
