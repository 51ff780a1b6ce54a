import { expect, test } from 'bun:test';
import type { DeviceId } from '@muster/contracts';
import { createMembership } from './membership.ts';

const [a, b, c] = ['a', 'b', 'c'] as unknown as [DeviceId, DeviceId, DeviceId];

test('one that leaves while another enters are two that moved, although the total stays', () => {
  const membership = createMembership();
  membership.compare([a, b], [a], 0);

  expect(membership.compare([a, b], [b], 0)).toBe(2);
});

test('a change that keeps a device where it was moves nothing', () => {
  const membership = createMembership();
  membership.compare([a], [a], 1);

  expect(membership.compare([a], [a], 0)).toBe(0);
});

test('the first change of a device is told by the total', () => {
  expect(createMembership().compare([c], [], -1)).toBe(1);
});

test('what moved without an event, by time alone, is told by the total', () => {
  expect(createMembership().compare([], [], -3)).toBe(3);
});
