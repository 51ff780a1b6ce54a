import { expect, test } from 'bun:test';
import { endEverything, endsWith } from './ending.ts';

test('what was started ends once, last first, also when one of them fails', async () => {
  const ended: string[] = [];
  const starts = (name: string) =>
    endsWith(async () => {
      ended.push(name);
      if (name === 'swarm') throw new Error('it does not want to');
    });
  starts('server');
  starts('swarm');
  const peer = starts('peer');

  await peer();
  await endEverything();
  await endEverything();

  expect(ended).toEqual(['peer', 'swarm', 'server']);
});
