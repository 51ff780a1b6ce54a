import { expect, test } from 'bun:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { BeaconLine } from './beacon-line.ts';

/** A line of which each beacon is under way until it is answered. */
function aLine() {
  const clock = new FakeClock();
  const waiting: PromiseWithResolvers<void>[] = [];
  const line = new BeaconLine({
    clock,
    random: () => 0,
    log: { say: () => {}, warn: () => {} },
    exchange: () => {
      const answer = Promise.withResolvers<void>();
      waiting.push(answer);
      return answer.promise;
    },
  });
  return { clock, line, waiting };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('HB-1: the first beacon goes out almost at once, the next ones each interval, never two at a time', async () => {
  const { clock, line, waiting } = aLine();
  line.start();
  clock.pass(5_000);
  expect(waiting).toHaveLength(1);
  clock.pass(60_000);
  expect(waiting).toHaveLength(1);
  waiting[0]?.resolve();
  await settled();
  clock.pass(60_000);
  expect(waiting).toHaveLength(2);
});

test('HB-4: what comes up while a beacon is under way goes out right behind it', async () => {
  const { clock, line, waiting } = aLine();
  line.start();
  clock.pass(5_000);
  line.hurry();
  line.hurry();
  clock.pass(1_000);
  expect(waiting).toHaveLength(1);
  waiting[0]?.resolve();
  await settled();
  clock.pass(0);
  expect(waiting).toHaveLength(2);
  waiting[1]?.resolve();
  await settled();
  clock.pass(1_000);
  expect(waiting).toHaveLength(2);
});

test('HB-5: a line that is no longer in use sends nothing more', async () => {
  const { clock, line, waiting } = aLine();
  line.start();
  clock.pass(5_000);
  line.hurry();
  line.stop();
  waiting[0]?.reject(new Error('cut'));
  await settled();
  clock.pass(600_000);
  expect(waiting).toHaveLength(1);
});
