import { expect, test } from 'bun:test';
import { answerPoll, INTERVAL_S, type WaitingLogin } from './poll.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const aLogin = (part: Partial<WaitingLogin> = {}): WaitingLogin => ({
  expiresAt: secondsAgo(-600),
  polledAt: secondsAgo(INTERVAL_S),
  intervalS: INTERVAL_S,
  approved: null,
  ...part,
});

test('SE-5: a first question and one after the interval are answered as it stands', () => {
  expect(answerPoll(aLogin({ polledAt: null }), NOW)).toEqual({ state: 'pending', intervalS: 5 });
  expect(answerPoll(aLogin(), NOW)).toEqual({ state: 'pending', intervalS: 5 });
  expect(answerPoll(aLogin({ approved: true }), NOW)).toEqual({ state: 'approved' });
  expect(answerPoll(aLogin({ approved: false }), NOW)).toEqual({ state: 'denied' });
});

test('SE-5: whoever asks too soon waits five seconds longer, even when it was approved', () => {
  const soon = aLogin({ polledAt: secondsAgo(1), approved: true });

  expect(answerPoll(soon, NOW)).toEqual({ state: 'slow_down', intervalS: 10 });
  expect(answerPoll({ ...soon, intervalS: 10 }, NOW)).toEqual({ state: 'slow_down', intervalS: 15 });
});

test('SE-5: an approval that was not fetched in time is worth nothing', () => {
  expect(answerPoll(aLogin({ expiresAt: NOW, approved: true }), NOW)).toEqual({ state: 'expired' });
});
