import { expect, test } from 'bun:test';
import { COMMANDS } from '@muster/contracts/commands';
import fc from 'fast-check';
import { EXECUTORS } from '../executors/index.ts';
import { CATALOGUE } from './catalogue.gen.ts';
import { checkPayload, unknownWords } from './check-payload.ts';

const number = fc.oneof(fc.integer({ min: -5, max: 700_000 }), fc.double(), fc.maxSafeInteger());
const text = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 70 }));
const member = fc.oneof(number, text, fc.boolean(), fc.constant(null), fc.array(number, { maxLength: 2 }));
const payloads = fc.record(
  {
    pid: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -2, max: 100_000 }) },
      { weight: 1, arbitrary: member },
    ),
    startToken: fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: member }),
    bootId: fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: member }),
    graceMs: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -1, max: 30_001 }) },
      { weight: 1, arbitrary: member },
    ),
    watch: fc.oneof(
      fc.record(
        {
          durationMs: fc.oneof(fc.integer({ min: 900, max: 600_100 }), member),
          intervalMs: fc.oneof(fc.integer({ min: 900, max: 60_100 }), member),
        },
        { requiredKeys: [] },
      ),
      member,
    ),
    stranger: member,
  },
  { requiredKeys: [] },
);

for (const [name, command] of Object.entries(COMMANDS)) {
  test(`a payload of ${name} is judged, and completed, as the catalogue's own schema does`, () => {
    const entry = CATALOGUE.find((one) => one.name === name);
    fc.assert(
      fc.property(payloads, (payload) => {
        const json = JSON.parse(JSON.stringify(payload)) as unknown;
        const theirs = command.payload.safeParse(json);
        const ours = checkPayload(entry?.payload ?? {}, json);

        expect(ours.ok).toBe(theirs.success);
        if (ours.ok) expect(ours.value as object).toEqual(theirs.data as object);
      }),
      { numRuns: 2_000 },
    );
  });
}

test("every word of the catalogue's schemas is one that the agent enforces", () => {
  expect(CATALOGUE.flatMap((entry) => unknownWords(entry.payload))).toEqual([]);
});

test('the agent knows every command of the catalogue, and can reconcile each that must not run twice', () => {
  expect(CATALOGUE.map((entry) => [entry.name, entry.version])).toEqual(
    Object.values(COMMANDS).map((command) => [command.name, command.version]),
  );
  for (const { name } of CATALOGUE.filter((entry) => entry.effect === 'at_most_once')) {
    expect(EXECUTORS[name].reconcile).toBeFunction();
  }
});
