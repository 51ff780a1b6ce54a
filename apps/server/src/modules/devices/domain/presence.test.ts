import { describe, expect, test } from 'bun:test';
import { Presence, PresenceReason } from '@muster/contracts';
import fc from 'fast-check';
import {
  limitOf,
  next,
  offlineAfterMs,
  PRESENCE_LIMITS,
  PRESENCE_TABLE,
  type PresenceEvent,
  type PresenceState,
  presenceOf,
  reasonOf,
  stateOf,
} from './presence.ts';

const STATES = Object.keys(PRESENCE_TABLE) as PresenceState[];
const EVENTS = Object.keys(PRESENCE_TABLE.unknown) as PresenceEvent[];

const anEvent = fc.constantFrom(...EVENTS);
const someEvents = fc.array(anEvent, { maxLength: 60 });

function walk(events: readonly PresenceEvent[]): PresenceState {
  return events.reduce<PresenceState>(next, 'unknown');
}

describe('presence', () => {
  test('HB-2: no sequence of events leaves the table', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const state = walk(events);

        expect(STATES).toContain(state);
        expect(Presence.options).toContain(presenceOf(state));
      }),
    );
  });

  test('the table cannot be changed while the server runs', () => {
    expect(Object.isFrozen(PRESENCE_TABLE)).toBe(true);
    for (const state of STATES) expect(Object.isFrozen(PRESENCE_TABLE[state])).toBe(true);
  });

  test('a word outside the table is refused by name', () => {
    expect(() => next('asleep' as PresenceState, 'opened')).toThrow('"opened" in "asleep"');
    expect(() => next('online', 'sneezed' as PresenceEvent)).toThrow('"sneezed" in "online"');
  });

  test('HB-2: an open socket with fresh telemetry is online, whatever came before', () => {
    fc.assert(fc.property(someEvents, (events) => next(walk(events), 'opened') === 'online'));
  });

  test('ruling 1: socket gone, stale telemetry and beacon only are all unresponsive, each with its reason', () => {
    const closed = next('online', 'closed');
    const stale = next('online', 'telemetry_limit');
    const beacon = next(closed, 'beacon');

    expect([closed, stale, beacon].map(presenceOf)).toEqual(['unresponsive', 'unresponsive', 'unresponsive']);
    expect(reasonOf(closed, 'closed', 'network')).toBe('network');
    expect(reasonOf(stale, 'telemetry_limit', 'connected')).toBe('stalled');
    expect(reasonOf(beacon, 'beacon', 'connected')).toBe('beacon_only');
  });

  test('a stalled agent whose telemetry comes again is online', () => {
    expect(next('stalled', 'telemetry')).toBe('online');
  });

  test('HB-2: silence for the limit is offline, a goodbye is offline at once with its own reason', () => {
    expect(next('disconnected', 'offline_limit')).toBe('offline');
    expect(reasonOf('offline', 'offline_limit', 'network')).toBe('silent');
    expect(next('online', 'goodbye')).toBe('offline');
    expect(reasonOf('offline', 'goodbye', 'asleep')).toBe('asleep');
  });

  test('telemetry that arrives after its socket closed brings nobody back', () => {
    expect(next('disconnected', 'telemetry')).toBe('disconnected');
    expect(next('offline', 'telemetry')).toBe('offline');
  });

  test('a restart of the server calls nobody offline', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const before = walk(events);
        const after = next(before, 'server_restarted');

        expect(after === 'offline').toBe(before === 'offline');
      }),
    );
  });

  test('ruling 23: a device is unknown until first contact, and never again after it', () => {
    const contact: PresenceEvent[] = ['opened', 'beacon'];
    fc.assert(
      fc.property(someEvents, (events) => {
        const met = events.some((event) => contact.includes(event));

        expect(walk(events) === 'unknown').toBe(!met);
      }),
    );
  });

  test('every state but the silent ones is read back from its row', () => {
    for (const state of STATES) {
      const reason = reasonOf(state, 'closed', 'network');

      expect(PresenceReason.options).toContain(reason);
      expect(stateOf(presenceOf(state), reason)).toBe(state);
    }
  });

  test('ruling 1: the offline limit is 180 s or three beacon intervals, whichever is longer', () => {
    expect(offlineAfterMs(PRESENCE_LIMITS, 60_000)).toBe(180_000);
    expect(offlineAfterMs(PRESENCE_LIMITS, 300_000)).toBe(900_000);
    expect(limitOf('online', PRESENCE_LIMITS, 60_000)).toEqual({ event: 'telemetry_limit', afterMs: 30_000 });
    expect(limitOf('stalled', PRESENCE_LIMITS, 60_000)).toBeUndefined();
    expect(limitOf('offline', PRESENCE_LIMITS, 60_000)).toBeUndefined();
  });
});
