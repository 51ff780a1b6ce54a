import { expect, test } from 'bun:test';
import { createClock } from '../clock.ts';
import { ServerClock } from './server-clock.ts';

function aMachine() {
  return {
    monotonic: 5_000,
    wall: 1_000_000,
    monotonicMs() {
      return this.monotonic;
    },
    wallMs() {
      return this.wall;
    },
    pass(ms: number) {
      this.monotonic += ms;
      this.wall += ms;
    },
  };
}

test('after the handshake server time goes on by the monotonic clock, however the wall clock jumps', () => {
  const machine = aMachine();
  const clock = new ServerClock(machine, 0);
  clock.anchor(7_000_000);
  machine.pass(1_500);
  machine.wall -= 86_400_000;

  expect(clock.now()).toBe(7_001_500);
});

test('before the handshake it is the wall clock, corrected by what the last run learnt', () => {
  const machine = aMachine();
  const first = new ServerClock(machine, 0);
  first.anchor(1_000_000 + 3_600_000);

  expect(new ServerClock(machine, first.wallOffsetMs).now()).toBe(4_600_000);
});

test('the noise of the network moves nothing, a real difference does, and the first anchor says how far it moved', () => {
  const machine = aMachine();
  const clock = new ServerClock(machine, 0);

  expect(clock.anchor(1_120_000)).toBe(120_000);
  expect(clock.anchor(1_120_200)).toBe(0);
  expect(clock.now()).toBe(1_120_000);
  expect(clock.anchor(1_130_000)).toBe(10_000);
});

test('a wait of weeks is one, and no call at once', async () => {
  const clock = createClock(() => performance.now());
  let calls = 0;

  const cancel = clock.after(2 ** 32, () => {
    calls += 1;
  });
  await Bun.sleep(50);
  cancel();

  expect(calls).toBe(0);
});
