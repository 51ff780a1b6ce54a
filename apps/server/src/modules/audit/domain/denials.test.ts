import { expect, test } from 'bun:test';
import type { Denial } from '../../../platform/bus/audit-port.ts';
import { createDenials } from './denials.ts';

const MINUTE_MS = 60_000;

const aDenial = (part: Partial<Denial> = {}): Denial => ({
  by: { kind: 'person', id: 'ada', name: 'Ada', via: null },
  orgId: null,
  action: 'access.denied',
  target: { kind: 'endpoint', id: 'GET /api/v1/devices', name: null },
  address: '192.0.2.1',
  code: 'forbidden',
  ...part,
});

test('SE-8: the first refusal of a minute is told at once, and its repeats when the minute is over', () => {
  const denials = createDenials();
  expect(denials.note(aDenial(), 0)).toEqual(aDenial());
  for (let i = 0; i < 9; i++) expect(denials.note(aDenial(), i * 1_000)).toBeUndefined();

  expect(denials.take(MINUTE_MS - 1)).toEqual([]);
  expect(denials.take(MINUTE_MS)).toEqual([{ ...aDenial(), count: 9 }]);
  expect(denials.take(2 * MINUTE_MS)).toEqual([]);
});

test('another identity, address, kind of refusal or minute is another row', () => {
  const denials = createDenials();
  denials.note(aDenial(), 0);
  const eve = { kind: 'person', id: 'eve', name: 'Ada', via: null } as const;
  expect(denials.note(aDenial({ by: eve }), 0)).toBeDefined();
  expect(denials.note(aDenial({ address: '192.0.2.2' }), 0)).toBeDefined();
  expect(denials.note(aDenial({ action: 'user.login_failed' }), 0)).toBeDefined();
  expect(denials.note(aDenial(), MINUTE_MS)).toBeDefined();
  expect(denials.take('all')).toEqual([]);
});

test('whoever changes address with each attempt makes a bounded number of rows, and none is uncounted', () => {
  const denials = createDenials();
  const rows = Array.from({ length: 5_000 }, (_, i) =>
    denials.note(aDenial({ address: `2001:db8::${i}` }), 0),
  );
  const told = rows.filter((row) => row !== undefined);
  const repeats = denials.take(MINUTE_MS);

  expect(told.length).toBe(1_001);
  expect(repeats.length).toBe(1);
  expect(told.length + (repeats[0]?.count ?? 0)).toBe(5_000);
  expect(repeats[0]).toMatchObject({ address: 'many', by: { kind: 'anonymous' } });
});
