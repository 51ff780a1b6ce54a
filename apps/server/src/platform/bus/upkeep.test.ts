import { expect, test } from 'bun:test';
import { MusterError } from '@muster/contracts';
import { createUpkeep } from './upkeep.ts';

test('an upkeep is done at the first run, and again when it is due or asked for', async () => {
  let done = 0;
  const upkeep = createUpkeep({ everyMs: 60_000, onError: () => undefined, work: async () => ++done });

  await upkeep.run();
  await upkeep.run();
  upkeep.soon();
  await upkeep.run();

  expect(done).toBe(2);
});

test('what fails is reported and waits; a database that is away is left to whoever runs it', async () => {
  const reported: unknown[] = [];
  let fault: Error = new Error('no rights');
  let tried = 0;
  const work = async () => {
    tried++;
    throw fault;
  };
  const upkeep = createUpkeep({ everyMs: 60_000, onError: (error) => reported.push(error), work });

  await upkeep.run();
  await upkeep.run();
  expect([tried, reported]).toEqual([1, [fault]]);

  fault = new MusterError('unavailable', 'The database does not answer.');
  upkeep.soon();
  await expect(upkeep.run()).rejects.toBe(fault);
  await expect(upkeep.run()).rejects.toBe(fault);
  expect(reported).toHaveLength(1);
});
