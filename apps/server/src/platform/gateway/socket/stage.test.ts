import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { nextStage, STAGE_TABLE, type Stage, type StageEvent } from './stage.ts';

const events = Object.keys(STAGE_TABLE.challenged) as StageEvent[];
const stages = Object.keys(STAGE_TABLE) as Stage[];

test('every stage knows every event, by a next stage or by a refusal that names both', () => {
  for (const stage of stages) {
    for (const event of events) {
      const next = STAGE_TABLE[stage][event];
      if (next === undefined) expect(() => nextStage(stage, event)).toThrow(`${stage} cannot be ${event}`);
      else expect(stages).toContain(nextStage(stage, event));
    }
  }
});

test('EN-4: no sequence of events serves a device that did not say hello and was not admitted after it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 30 }), (sequence) => {
      let stage: Stage = 'challenged';
      let proven = false;
      for (const event of sequence) {
        if (STAGE_TABLE[stage][event] === undefined) continue;
        const before: Stage = stage;
        stage = nextStage(stage, event);
        if (before === 'verifying' && event === 'admitted') proven = true;
        if (stage === 'serving') expect(proven).toBe(true);
        if (before === 'leaving' || before === 'closed') expect(['leaving', 'closed']).toContain(stage);
      }
    }),
  );
});
