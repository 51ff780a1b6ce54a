import { expect, test } from 'bun:test';
import { create, type DescMessage, type Message, toBinary } from '@bufbuild/protobuf';
import * as reflective from '@muster/contracts/wire';
import fc from 'fast-check';
import { type Draft, decode, encode, type MessageType, WireError } from './codec.ts';
import * as wire from './messages.gen.ts';

const text = fc.string();
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => new Uint8Array(array));
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const wide = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const signed = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

const metricSet = fc.record({ metrics: fc.array(uint32), values: fc.array(signed) });
const instances = fc.array(fc.record({ instance: uint32, metrics: metricSet }), { maxLength: 4 });
const minute = fc.record({ minute: uint32, samples: uint32, metrics: metricSet, instances });
const checkIn = fc.record({
  id: wide,
  minutes: fc.array(minute, { maxLength: 3 }),
  minutesLeft: uint32,
  health: fc.record({
    residentBytes: wide,
    cpuPermille: uint32,
    shedding: fc.boolean(),
    minutesDropped: uint32,
    journalBytes: wide,
  }),
});
const enrolResponse = fc.record({
  deviceId: text,
  deviceCertificate: bytes,
  keys: fc.array(fc.record({ body: bytes, signature: bytes }), { maxLength: 3 }),
  gateways: fc.array(text, { maxLength: 3 }),
  serverTimeMs: signed,
  state: fc.integer({ min: 0, max: 5 }),
  repaired: fc.boolean(),
});

/** 64-bit numbers become bigints, as the reflective runtime wants them. */
function widened(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => widened(item, names));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (!names.has(name)) return [name, widened(member, names)];
      return [name, Array.isArray(member) ? member.map(BigInt) : BigInt(member as number)];
    }),
  );
}
const WIDE = new Set(['id', 'values', 'residentBytes', 'journalBytes', 'serverTimeMs']);

function sameBytes<Type>(type: MessageType<Type>, schema: DescMessage, value: object): void {
  const ours = encode(type, value as Draft<Type>);
  const theirs = toBinary(schema, create(schema, widened(value, WIDE) as Message));
  expect(Buffer.from(ours).toString('hex')).toBe(Buffer.from(theirs).toString('hex'));
  expect(encode(type, decode(type, theirs) as Draft<Type>)).toEqual(ours);
}

test('a check-in has the same bytes as the reflective runtime writes, and reads back', () => {
  fc.assert(fc.property(checkIn, (value) => sameBytes(wire.CheckIn, reflective.CheckInSchema, value)));
});

test('an enrolment answer has the same bytes as the reflective runtime writes, and reads back', () => {
  fc.assert(
    fc.property(enrolResponse, (value) =>
      sameBytes(wire.EnrolResponse, reflective.EnrolResponseSchema, value),
    ),
  );
});

test('a frame of a newer server is read, and the number of what was not understood is kept', () => {
  const frame = new Uint8Array([
    ...encode(wire.ServerFrame, { liveMode: { intervalMs: 1000 } }),
    0xfa,
    0x07,
    1,
    0,
  ]);

  const unknown: number[] = [];
  const decoded = decode(wire.ServerFrame, frame, unknown);

  expect(decoded.liveMode?.intervalMs).toBe(1000);
  expect(unknown).toEqual([127]);
});

test('bytes that are no message throw a WireError and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
      try {
        decode(wire.ServerFrame, garbage);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});

test('an integer above 2^53 is refused rather than rounded', () => {
  const body = toBinary(
    reflective.CommandBodySchema,
    create(reflective.CommandBodySchema, { sequence: 2n ** 60n + 1n }),
  );

  expect(() => decode(wire.CommandBody, body)).toThrow(WireError);
});

test('every message of the wire is in the tables, with every field', () => {
  for (const schema of reflective.file_muster_agent_v1_agent.messages) {
    const table = (wire as unknown as Record<string, MessageType<unknown>>)[schema.name];
    expect(table?.fields.map((field) => field.number)).toEqual(
      schema.fields.map((field) => field.number).sort((a, b) => a - b),
    );
  }
});
