import { expect, test } from 'bun:test';
import { devicesIn, requestHash } from './request-hash.ts';
import { nextState, statesBefore } from './states.ts';

test('the order of keys is no difference, and every value is one', () => {
  const hash = (input: unknown) => requestHash('x', input).toString('hex');
  expect(hash({ a: 1, b: { c: [1, 2], d: null } })).toBe(hash({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(hash({ a: [1, 2] })).not.toBe(hash({ a: [2, 1] }));
  expect(requestHash('y', {}).equals(requestHash('x', {}))).toBe(false);
});

test('what has ended stays as it ended, and nothing is used that was not approved', () => {
  for (const end of ['used', 'denied', 'withdrawn', 'expired'] as const)
    for (const event of ['approve', 'deny', 'withdraw', 'use', 'expire'] as const)
      expect(nextState(end, event)).toBeUndefined();
  expect(statesBefore('use')).toEqual(['approved']);
});

test('devices are found where requests name them, each once', () => {
  const id = '00000000-0000-7000-8000-000000000001';
  expect(devicesIn({ deviceId: id, deviceIds: [id, 7, 'x'] })).toEqual([id]);
  expect(devicesIn(null)).toEqual([]);
});
