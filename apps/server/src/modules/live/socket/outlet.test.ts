import { expect, test } from 'bun:test';
import { DeviceId, LiveMessage, type LiveSample } from '@muster/contracts';
import type { Socket } from '../../../platform/http/index.ts';
import { createOutlet } from './outlet.ts';

/** A socket whose client reads when the test says so. */
function aSlowSocket() {
  const sent: LiveMessage[] = [];
  let backlog = 1_000_000;
  const socket: Socket = {
    send: (message) => sent.push(LiveMessage.parse(JSON.parse(String(message)))),
    close: () => undefined,
    bufferedAmount: () => backlog,
  };
  return { socket, sent, catchUp: () => (backlog = 0) };
}

const deviceId = DeviceId.parse(Bun.randomUUIDv7());
const samples = (at: number): LiveMessage => ({
  type: 'samples',
  watch: 'd',
  deviceId,
  samples: [{ at, values: {}, instances: {} } satisfies LiveSample],
});
const row = (hostname: string, snapshot = false): LiveMessage => ({
  type: 'devices',
  watch: 'w',
  position: '1',
  snapshot,
  rows: [{ id: deviceId, hostname }],
});

test('a slow client gets the newest of everything, in one message of a kind', () => {
  const { socket, sent, catchUp } = aSlowSocket();
  const outlet = createOutlet(socket);

  for (let n = 0; n < 10_000; n++) outlet.send(row(`name-${n}`));
  catchUp();
  outlet.drained();

  expect(sent).toEqual([row('name-9999')]);
});

test('a snapshot that waits stays a snapshot when changes are folded into it', () => {
  const { socket, sent, catchUp } = aSlowSocket();
  const outlet = createOutlet(socket);

  outlet.send(row('old', true));
  outlet.send(row('new'));
  catchUp();
  outlet.drained();

  expect(sent).toEqual([row('new', true)]);
});

test('samples of a slow client are kept for a minute of live mode and no longer', () => {
  const { socket, sent, catchUp } = aSlowSocket();
  const outlet = createOutlet(socket);

  for (let at = 1; at <= 200; at++) outlet.send(samples(at));
  catchUp();
  outlet.drained();

  const [message] = sent;
  const times = message?.type === 'samples' ? message.samples.map((sample) => sample.at) : [];
  expect([times.length, times[0], times.at(-1)]).toEqual([60, 141, 200]);
});

test('order is kept: nothing overtakes what waits', () => {
  const { socket, sent, catchUp } = aSlowSocket();
  const outlet = createOutlet(socket);

  outlet.send(row('first'));
  catchUp();
  outlet.send(row('second'));
  outlet.drained();

  expect(sent).toEqual([row('second')]);
});

test('a watch that ended leaves nothing behind', () => {
  const { socket, sent, catchUp } = aSlowSocket();
  const outlet = createOutlet(socket);

  outlet.send(row('gone'));
  outlet.forget('w');
  catchUp();
  outlet.drained();

  expect(sent).toEqual([]);
});
