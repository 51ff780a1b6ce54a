import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { readDuration } from './duration.ts';
import { fold } from './fold.ts';
import { globOf, likePattern, matchesGlob } from './glob.ts';
import { isInside, type Network, printNetwork, readNetwork } from './ip.ts';
import { readMoment } from './moment.ts';
import { readSize } from './size.ts';

test('sizes are powers of 1000 with B and of 1024 with iB', () => {
  const sizes = ['10GB', '4GiB', '500mb', '1.5kB', '7', '7B', '1PiB'].map(readSize);
  expect(sizes).toEqual([10e9, 4 * 1024 ** 3, 5e8, 1500, 7, 7, 1024 ** 5]);
  for (const wrong of ['', '10G', '10iB', 'GB', '1e9', '-1GB', '99999999PB', '1..5GB']) {
    expect(readSize(wrong)).toBeUndefined();
  }
});

test('durations add their parts up, to a thousand years at most', () => {
  const durations = ['3d', '12h', '30m', '45s', '1d12h', '0.5h', '250ms', '2W'].map(readDuration);
  expect(durations).toEqual([
    259_200_000, 43_200_000, 1_800_000, 45_000, 129_600_000, 1_800_000, 250, 1_209_600_000,
  ]);
  for (const wrong of ['', '3', 'd', '3 d', '3y', '-3d', '999999999999d'])
    expect(readDuration(wrong)).toBeUndefined();
});

test('a date is its whole day, a time as long as its last digit', () => {
  expect(readMoment('2026-01-31')).toEqual({ from: Date.UTC(2026, 0, 31), to: Date.UTC(2026, 1, 1) });
  expect(readMoment('2026-01-31T10:30')).toEqual({
    from: Date.UTC(2026, 0, 31, 10, 30),
    to: Date.UTC(2026, 0, 31, 10, 31),
  });
  expect(readMoment('2026-01-31 10:30:05+02:00')?.from).toBe(Date.UTC(2026, 0, 31, 8, 30, 5));
  expect(readMoment('2026-01-31T10:30:05.25Z')).toEqual({
    from: Date.UTC(2026, 0, 31, 10, 30, 5, 250),
    to: Date.UTC(2026, 0, 31, 10, 30, 5, 251),
  });
  for (const wrong of [
    '2026-02-30',
    '2026-13-01',
    '0000-01-01',
    '2026-01-01T25:00',
    '2026-1-1',
    '2026-01-01T10:00+99:00',
  ]) {
    expect(readMoment(wrong)).toBeUndefined();
  }
});

test('addresses and networks are read as the standards write them, and nothing else is', () => {
  const network = (text: string): Network => {
    const read = readNetwork(text);
    if (read === undefined) throw new Error(`not read: ${text}`);
    return read;
  };
  expect(isInside(network('10.2.3.4'), network('10.2.0.0/16'))).toBe(true);
  expect(isInside(network('10.3.0.1'), network('10.2.0.0/16'))).toBe(false);
  expect(isInside(network('fe80::1'), network('FE80::/10'))).toBe(true);
  expect(isInside(network('10.0.0.1'), network('::/0'))).toBe(false);
  expect(printNetwork(network('10.2.3.4/16'))).toBe('10.2.0.0/16');
  expect(network('::ffff:10.0.0.1')).toEqual(network('0:0:0:0:0:ffff:a00:1'));
  const wrong = [
    '',
    '10.2',
    '10.2.0.256',
    '010.0.0.1',
    '10.0.0.0/33',
    '::/129',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '10.0.0.1/8/8',
    ':',
    'fe80::1%eth0',
    '10.0.0.0/',
    '::/01',
  ];
  for (const text of wrong) expect(readNetwork(text)).toBeUndefined();
});

test('a printed network is read back unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4Extended(), fc.ipV6()), (text) => {
      const read = readNetwork(text);
      if (read !== undefined) expect(readNetwork(printNetwork(read))).toEqual(read);
    }),
  );
});

test('wildcards match as a regular expression would, without its explosions', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '😀'), maxLength: 6 });
  fc.assert(
    fc.property(pattern, letters, (written, text) => {
      const expression = new RegExp(`^${written.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
      expect(matchesGlob(globOf(written), text)).toBe(expression.test(text));
    }),
    { numRuns: 2000, seed: 5 },
  );
  expect(matchesGlob(globOf(`${'a*'.repeat(200)}b`), 'a'.repeat(2000))).toBe(false);
});

test('the wildcards of LIKE are ordinary characters', () => {
  expect(likePattern(globOf('50%_\\*?'))).toBe('50\\%\\_\\\\%_');
});

test('case is folded without context, as the database does', () => {
  expect(fold('ZÜRICH ΣΑΣ İ')).toBe('zürich σασ i');
});
