import { expect, test } from 'bun:test';
import { systemClock } from './index.ts';
import { fakeClock } from './testing/fake-clock.ts';

test('the fake clock runs what falls due in order, also what was added on the way', () => {
  const clock = fakeClock(0);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`second at ${clock.now()}`));
  clock.after(10, () => {
    ran.push(`first at ${clock.now()}`);
    clock.after(5, () => ran.push(`between at ${clock.now()}`));
  });
  clock.after(10, () => ran.push('never'))();

  clock.advance(30);

  expect(ran).toEqual(['first at 10', 'between at 15', 'second at 20']);
});

test('a jump of the wall clock moves no timer and no monotonic time', () => {
  const clock = fakeClock(0);
  clock.after(10, () => expect.unreachable());
  clock.jump(3_600_000);
  expect([clock.now(), clock.monotonic()]).toEqual([3_600_000, 0]);
});

test('a timer of the system clock can be called off', async () => {
  let ran = 0;
  systemClock.after(5, () => ran++);
  systemClock.after(5, () => ran++)();
  while (ran === 0) await Bun.sleep(1);
  await Bun.sleep(30);
  expect(ran).toBe(1);
});
