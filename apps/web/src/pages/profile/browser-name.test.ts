import { expect, test } from 'bun:test';
import { browserName } from './browser-name.ts';

test('a user agent is called what people call the browser and the system', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

  expect(browserName(edge)).toBe('Edge on Windows');
  expect(browserName(phone)).toBe('Safari on iPhone');
  expect(browserName('muster/0.1.0 (linux)')).toBe('muster');
  expect(browserName('')).toBe('an unknown program');
});
