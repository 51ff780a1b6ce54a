import { expect, test } from 'bun:test';
import { chipsIn, hasTerm, toggleTerm, withoutChip, withTerm } from './query-chips.ts';

test('UI-1: a click on a count adds its term, a second takes it away, another value replaces it', () => {
  const asked = toggleTerm('web os = linux', 'status', 'offline');

  expect(asked).toBe('web and os = linux and status = offline');
  expect(hasTerm(asked, 'status', 'offline')).toBe(true);
  expect(toggleTerm(asked, 'status', 'offline')).toBe('web and os = linux');
  expect(toggleTerm(asked, 'status', 'online')).toBe('web and os = linux and status = online');
});

test('UI-1: taking one chip away leaves the others as they are', () => {
  const text = '(os = linux or os = darwin) and tag.role = "file server"';
  const [group] = chipsIn(text);

  expect(group && withoutChip(text, group)).toBe('tag.role = "file server"');
  expect(withTerm('', 'os = linux')).toBe('os = linux');
});
