import { refuse } from '../error.ts';
import type { Literal, Operator } from './ast.ts';

/** A place in a text that reading moves forward; every character is read a bounded number of times. */
export type Cursor = { readonly text: string; at: number };

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'within']);
const SYMBOLS: readonly (readonly [string, Operator])[] = [
  ['==', '='],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
  ['~', '~'],
  [':', ':'],
];
const SPACE = /\s/;
const ENDS_WORD = /[\s()[\]",=!<>~:]/;
const ENDS_VALUE = /[\s()",]/;
const STARTS_NO_VALUE = /[=!<>~]/;

/** True for the words that have a meaning of their own, in any case. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

/** Moves over white space. */
export function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && SPACE.test(cursor.text.charAt(cursor.at))) cursor.at += 1;
}

/** The character under the cursor, or the empty string at the end. */
export function peek(cursor: Cursor): string {
  return cursor.text.charAt(cursor.at);
}

function readUntil(cursor: Cursor, end: RegExp): string {
  const start = cursor.at;
  while (cursor.at < cursor.text.length && !end.test(peek(cursor))) cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

/** Reads a field name, keyword or bare word; empty where none begins. */
export function readWord(cursor: Cursor): string {
  return readUntil(cursor, ENDS_WORD);
}

/** True where quoted text begins. */
export function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

/**
 * Reads quoted text. A backslash escapes a quote or a backslash and is itself otherwise, so that
 * "C:\Windows" says what it seems to.
 */
export function readQuoted(cursor: Cursor): Literal {
  const start = cursor.at;
  const quote = peek(cursor);
  let text = '';
  cursor.at += 1;
  while (cursor.at < cursor.text.length) {
    const character = peek(cursor);
    const following = cursor.text.charAt(cursor.at + 1);
    if (character === quote) {
      cursor.at += 1;
      return { text, quoted: true, span: { start, end: cursor.at } };
    }
    const escaped = character === '\\' && (isQuote(following) || following === '\\');
    text += escaped ? following : character;
    cursor.at += escaped ? 2 : 1;
  }
  throw refuse({
    code: 'unclosed_quote',
    what: 'the quote opened',
    span: { start, end: cursor.text.length },
    advice: `it is never closed: add ${quote} where the text ends (a backslash before it is written \\\\)`,
  });
}

/** Reads the value right of an operator; here `:` and `[` are ordinary, so that `fe80::1` needs no quotes. */
export function readValue(cursor: Cursor): Literal {
  skipSpace(cursor);
  const start = cursor.at;
  if (isQuote(peek(cursor))) return readQuoted(cursor);
  const text = STARTS_NO_VALUE.test(peek(cursor)) ? '' : readUntil(cursor, ENDS_VALUE);
  const span = { start, end: Math.max(cursor.at, start) };
  if (text === '')
    throw refuse({ code: 'missing_value', what: 'a value is missing', span, advice: 'write one' });
  if (isKeyword(text)) {
    const replacement = `"${text}"`;
    const advice = `quote it if it is meant as text: ${replacement}`;
    throw refuse({
      code: 'missing_value',
      what: `\`${text}\` stands for a value`,
      span,
      advice,
      replacement,
    });
  }
  return { text, quoted: false, span };
}

/** Reads a comparison sign, if one begins here. */
export function readSymbol(cursor: Cursor): Operator | undefined {
  for (const [symbol, operator] of SYMBOLS) {
    if (cursor.text.startsWith(symbol, cursor.at)) {
      cursor.at += symbol.length;
      return operator;
    }
  }
  return undefined;
}

/** Reads the given keyword, in any case; leaves the cursor alone otherwise. */
export function readKeyword(cursor: Cursor, keyword: string): boolean {
  const end = cursor.at + keyword.length;
  if (cursor.text.slice(cursor.at, end).toLowerCase() !== keyword) return false;
  const following = cursor.text.charAt(end);
  if (following !== '' && !ENDS_WORD.test(following)) return false;
  cursor.at = end;
  return true;
}
