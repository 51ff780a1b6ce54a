import { MusterError } from '@muster/contracts';
import { COMMON_WORDS } from './common-words.ts';

/** Whose password it is to be: their own name is the first thing that is tried. */
export type PasswordOwner = { readonly email: string; readonly name: string };

const MIN_LENGTH = 12;
const MIN_DIFFERENT = 5;
/** What is left of a password without its owner's name must be worth something by itself. */
const MIN_BESIDE_NAME = 8;
/** Rows of a keyboard, walked up and down. */
const WALKS = [
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '01234567890123456789',
];
const STANDS_FOR: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * Throws invalid_input for a password that is guessed early: too short, made of common words and the digits around
 * them, of a walk over the keyboard, or of the owner's own name. No classes of characters: they make passwords worse.
 */
export function demandGoodPassword(password: string, owner: PasswordOwner): void {
  const reason = whyBad(password, owner);
  if (!reason) return;
  throw new MusterError('invalid_input', `This password ${reason}. A few unrelated words make a good one.`, {
    issues: [{ path: 'password', message: reason }],
  });
}

/** Why a password is refused, as the end of a sentence; undefined for a good one. */
export function whyBad(password: string, owner: PasswordOwner): string | undefined {
  const text = password.normalize('NFKC').toLowerCase();
  if ([...text].length < MIN_LENGTH) return `is shorter than ${MIN_LENGTH} characters`;
  if (new Set(text).size < MIN_DIFFERENT) return 'repeats a few characters';
  if (isWalk(text)) return 'is a walk over the keyboard';
  if (isMadeOfCommonWords(text)) return 'is made of the words that are tried first';
  if ([...withoutOwner(text, owner)].length < MIN_BESIDE_NAME)
    return 'is little more than the name of its owner';
  return undefined;
}

function isWalk(text: string): boolean {
  const bare = text.replace(/[^a-z0-9]/g, '');
  if (bare.length < MIN_DIFFERENT) return false;
  return WALKS.some((walk) => {
    const there = walk.repeat(2);
    return there.includes(bare) || [...there].reverse().join('').includes(bare);
  });
}

/** Both readings of digits: as letters in disguise, and as what was hung on at the end. */
function isMadeOfCommonWords(text: string): boolean {
  // The list is of latin letters; words in others are not on it.
  if (/(?![a-z])\p{L}/u.test(text)) return false;
  const plain = text.replace(/[^a-z]/g, '');
  const undone = [...text].map((char) => STANDS_FOR[char] ?? char).join('');
  const trimmed = text.replace(/[^a-z]+$/, '').replace(/^[^a-z]+/, '');
  const inside = [...trimmed].map((char) => STANDS_FOR[char] ?? char).join('');
  return [plain, undone.replace(/[^a-z]/g, ''), inside.replace(/[^a-z]/g, '')].some(isWords);
}

function isWords(letters: string): boolean {
  if (letters === '') return false;
  // reachable[n]: the first n letters are words.
  const reachable = [true];
  for (let end = 1; end <= letters.length; end++) {
    reachable[end] = false;
    for (let start = Math.max(0, end - 16); start < end; start++) {
      if (reachable[start] && COMMON_WORDS.has(letters.slice(start, end))) reachable[end] = true;
    }
  }
  return reachable[letters.length] ?? false;
}

function withoutOwner(text: string, { email, name }: PasswordOwner): string {
  const parts = [...email.toLowerCase().split(/[@.+_-]/), ...name.toLowerCase().split(/\s+/)]
    .filter((part) => part.length >= 3)
    .sort((a, b) => b.length - a.length);
  return parts.reduce((rest, part) => rest.replaceAll(part, ''), text);
}
