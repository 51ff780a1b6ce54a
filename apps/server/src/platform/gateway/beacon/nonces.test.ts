import { expect, test } from 'bun:test';
import { createNonces, NONCE_LIFETIME_MS } from './nonces.ts';

test('a nonce is good once, for its lifetime, at the process that issued it', () => {
  let now = 1_000_000;
  const nonces = createNonces(() => now);
  const nonce = nonces.issue();

  expect(nonces.isGood(nonce)).toBe(true);
  expect(createNonces(() => now).isGood(nonce)).toBe(false);
  now += NONCE_LIFETIME_MS;
  expect(nonces.isGood(nonce)).toBe(true);
  expect(nonces.use(nonce)).toBe(true);
  expect(nonces.isGood(nonce)).toBe(false);
  expect(nonces.use(nonce)).toBe(false);
  const late = nonces.issue();
  now += NONCE_LIFETIME_MS + 1;
  expect(nonces.isGood(late)).toBe(false);
});

test('a used nonce stays used for as long as it would be good, however the memory of used ones turns over', () => {
  let now = 0;
  const nonces = createNonces(() => now);
  now = NONCE_LIFETIME_MS - 1;
  const nonce = nonces.issue();
  nonces.use(nonce);

  while (now < 2 * NONCE_LIFETIME_MS - 1) {
    now += 60_000;
    nonces.use(nonces.issue());
    expect(nonces.isGood(nonce)).toBe(false);
  }
});

test('a nonce with any bit changed was not issued here', () => {
  const nonces = createNonces(() => 5_000);
  const nonce = nonces.issue();

  for (let at = 0; at < nonce.length; at++) {
    const changed = nonce.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x80;
    expect(nonces.isGood(changed)).toBe(false);
  }
  expect(nonces.isGood(nonce.slice(1))).toBe(false);
});
