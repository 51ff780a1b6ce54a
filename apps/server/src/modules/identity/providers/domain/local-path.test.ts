import { expect, test } from 'bun:test';
import { localPath } from './local-path.ts';

test('a path of the console is kept with its query', () => {
  expect(localPath('/devices?query=os:linux#top')).toBe('/devices?query=os:linux#top');
});

test('SE-5: whatever leads elsewhere becomes the first page', () => {
  const elsewhere = [
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
  ];
  const odd = [
    '/..//evil.test',
    '/./\\evil.test',
    '/\t/evil.test',
    '/a\nb',
    '',
    null,
    undefined,
    `/${'a'.repeat(3_000)}`,
  ];
  for (const wished of [...elsewhere, ...odd])
    expect([wished, localPath(wished)]).toEqual([wished, '/devices']);
});
