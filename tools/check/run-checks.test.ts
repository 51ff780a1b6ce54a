import { expect, spyOn, test } from 'bun:test';
import { runChecks } from './run-checks.ts';

test('a check that breaks is a problem, and the others still run', async () => {
  const log = spyOn(console, 'log').mockImplementation(() => undefined);

  const outcomes = await runChecks('.', [
    { name: 'broken', find: () => Promise.reject(new Error('no disk')) },
    { name: 'fine', find: () => [] },
    { name: 'finding', find: () => [{ at: 'a.ts:1', text: 'wrong' }] },
  ]);
  log.mockRestore();

  const problems = Object.fromEntries(outcomes.map((outcome) => [outcome.name, outcome.problems]));
  expect(problems.broken?.[0]?.text).toContain('no disk');
  expect(problems.fine).toEqual([]);
  expect(problems.finding).toHaveLength(1);
});
