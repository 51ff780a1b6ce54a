import { expect, test } from 'bun:test';
import { detectionErrors } from './presence-watch.ts';

test('a detection error counts both ways, and what comes too early or never is told apart', () => {
  const seen = new Map([
    [
      'late',
      [
        { presence: 'online', reason: 'connected', atMs: 0 },
        { presence: 'offline', reason: 'silent', atMs: 1_200 },
      ],
    ],
    ['early', [{ presence: 'offline', reason: 'silent', atMs: 700 }]],
    ['never', [{ presence: 'online', reason: 'connected', atMs: 0 }]],
  ]);
  const due = new Map(['late', 'early', 'never', 'unseen'].map((id) => [id, 1_000]));

  const found = detectionErrors(seen, 'offline', due);

  expect(found).toEqual({ errors: [200, 300], missing: 2, early: 1, reasons: { silent: 2 } });
});
