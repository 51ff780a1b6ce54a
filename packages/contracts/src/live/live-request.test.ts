import { expect, test } from 'bun:test';
import { LiveRequest } from './index.ts';

const id = '0198c5a0-0000-7000-8000-000000000000';

test('every request of the live socket is told apart by type and view', () => {
  const requests = [
    { type: 'watch', watch: 'w', view: 'devices', ids: [id] },
    { type: 'watch', watch: 'w', view: 'summary' },
    { type: 'watch', watch: 'w', view: 'device', deviceId: id },
    { type: 'watch', watch: 'w', view: 'command', commandId: id },
    { type: 'watch', watch: 'w', view: 'arrivals' },
    { type: 'unwatch', watch: 'w' },
    { type: 'ping', at: 1 },
  ];

  for (const request of requests) expect(LiveRequest.parse(request)).toMatchObject(request);
});

test('an unknown view, or more ids than a screen has rows, is no request', () => {
  expect(LiveRequest.safeParse({ type: 'watch', watch: 'w', view: 'all' }).success).toBe(false);
  const ids = Array.from({ length: 201 }, () => id);
  expect(LiveRequest.safeParse({ type: 'watch', watch: 'w', view: 'devices', ids }).success).toBe(false);
});
