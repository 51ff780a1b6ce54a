import { describe, expect, test } from 'bun:test';
import { Lifecycle } from '@muster/contracts';
import fc from 'fast-check';
import { hasEnded, LIFECYCLE_TABLE, type LifecycleEvent, mayConnect, nextLifecycle } from './lifecycle.ts';

const EVENTS: LifecycleEvent[] = ['approve', 'suspend', 'resume', 'revoke', 'retire', 'uninstall'];

function walk(start: Lifecycle, events: readonly LifecycleEvent[]): Lifecycle[] {
  const path = [start];
  for (const event of events) {
    const state = path.at(-1) as Lifecycle;
    if (LIFECYCLE_TABLE[state][event]) path.push(nextLifecycle(state, event));
    else expect(() => nextLifecycle(state, event)).toThrow(`is ${state} cannot be told to ${event}`);
  }
  return path;
}

describe('lifecycle of a device', () => {
  test('ruling 23: no sequence of events leaves the table', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Lifecycle.options),
        fc.array(fc.constantFrom(...EVENTS)),
        (start, events) => {
          for (const state of walk(start, events)) expect(Lifecycle.options).toContain(state);
        },
      ),
    );
  });

  test('only approval makes a pending device active', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS)), (events) => {
        const path = walk('pending', events);
        if (path.includes('active')) expect(events).toContain('approve');
      }),
    );
  });

  test('a device that has ended never connects again', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS)), (events) => {
        const path = walk('active', events);
        const end = path.findIndex(hasEnded);
        if (end >= 0) for (const state of path.slice(end)) expect(mayConnect(state)).toBe(false);
      }),
    );
  });

  test('EN-11: uninstalling ends the life of every device that could still connect', () => {
    expect(nextLifecycle('pending', 'uninstall')).toBe('retired');
    expect(nextLifecycle('active', 'uninstall')).toBe('retired');
    expect(nextLifecycle('suspended', 'uninstall')).toBe('retired');
  });
});
