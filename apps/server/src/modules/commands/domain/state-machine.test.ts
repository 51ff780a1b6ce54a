import { expect, test } from 'bun:test';
import { COMMAND_STATES, type CommandState } from '@muster/contracts';
import fc from 'fast-check';
import { COMMAND_TABLE, type CommandEvent, isEnded, next, OPEN_COMMAND_STATES } from './state-machine.ts';

const EVENTS: readonly CommandEvent[] = [
  'send',
  'return',
  'cancel',
  'expire',
  'lose',
  'receive',
  'start',
  'succeed',
  'fail',
  'refuse',
  'outlive',
  'stop',
  'interrupt',
];
const OF_THE_ENDPOINT = EVENTS.slice(5);

test('every step of the table leads to a state that exists', () => {
  for (const [state, row] of Object.entries(COMMAND_TABLE)) {
    for (const [event, to] of Object.entries(row)) {
      expect(EVENTS).toContain(event as CommandEvent);
      expect(COMMAND_STATES).toContain(to);
      expect(next(state as CommandState, event as CommandEvent)).toBe(to);
    }
  }
});

test('a step that the table does not have throws and names state and event', () => {
  expect(() => next('running', 'expire')).toThrow('running');
  expect(() => next('succeeded', 'cancel')).toThrow('cancel');
});

test('an endpoint may say anything in any state', () => {
  for (const state of COMMAND_STATES) {
    for (const event of OF_THE_ENDPOINT) expect(COMMAND_STATES).toContain(next(state, event));
  }
});

test('from every open state there is a way to an end without the endpoint', () => {
  const ends: Partial<Record<CommandState, CommandEvent>> = { queued: 'expire' };
  for (const state of OPEN_COMMAND_STATES) expect(isEnded(next(state, ends[state] ?? 'lose'))).toBe(true);
});

test('no sequence of events leaves the table, and an end is final', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 }), (events) => {
      let state: CommandState = 'queued';
      let end: CommandState | undefined;
      for (const event of events) {
        if (!(event in COMMAND_TABLE[state])) continue;
        state = next(state, event);
        if (end) expect(state).toBe(end);
        if (isEnded(state)) end = state;
      }
      expect(COMMAND_STATES).toContain(state);
    }),
  );
});

test('a command never returns to the queue once its endpoint has spoken', () => {
  for (const state of ['received', 'running', 'cancelling'] as const) {
    expect(Object.values(COMMAND_TABLE[state])).not.toContain('queued');
  }
});
