import { Refusal } from '../error.ts';
import type { FieldRef } from '../syntax/ast.ts';
import { type Cursor, isQuote, peek, readQuoted, readValue, readWord, skipSpace } from '../syntax/lexer.ts';
import { readField, readVerb, type Verb } from '../syntax/term.ts';

/** What may stand at the cursor; `prefix` is what is there already, from `from` on. */
export type Context =
  | { readonly at: 'term'; readonly prefix: string; readonly from: number; readonly followsTerm: boolean }
  | { readonly at: 'operator'; readonly field: FieldRef; readonly prefix: string; readonly from: number }
  | {
      readonly at: 'value';
      readonly field: FieldRef;
      readonly verb: Verb;
      readonly prefix: string;
      readonly from: number;
      /** True right behind `in`, where an opening parenthesis is proposed too. */
      readonly opensSet: boolean;
    };

/** Finds what is being written at the end of a text, which is the query up to the cursor. */
export function contextAt(text: string): Context | undefined {
  const cursor: Cursor = { text, at: 0 };
  try {
    let followsTerm = false;
    for (;;) {
      skipSpace(cursor);
      if (cursor.at >= text.length) return { at: 'term', prefix: '', from: text.length, followsTerm };
      const step = readStep(cursor, followsTerm);
      if (typeof step === 'object') return step;
      followsTerm = step;
    }
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined;
    throw thrown;
  }
}

/** Reads one step: a context if the text ends in it, else whether a term has just ended. */
function readStep(cursor: Cursor, followsTerm: boolean): Context | boolean {
  const { text } = cursor;
  const start = cursor.at;
  if (isQuote(peek(cursor))) {
    readQuoted(cursor);
    return true;
  }
  const name = readWord(cursor);
  if (name === '') {
    cursor.at += 1;
    return text[start] === ')';
  }
  if (cursor.at === text.length) return { at: 'term', prefix: name, from: start, followsTerm };
  if (/^(and|or|not)$/i.test(name)) return false;
  const field = readField(cursor, start, name);
  const touching = cursor.at;
  skipSpace(cursor);
  if (cursor.at === text.length && touching < cursor.at) {
    return { at: 'operator', field, prefix: '', from: cursor.at };
  }
  const verb = readVerb(cursor);
  if (verb === undefined) return unfinishedOperator(cursor, field) ?? true;
  return (verb.type === 'in' ? readOpenSet(cursor, field, verb) : readOpenValue(cursor, field, verb)) ?? true;
}

function unfinishedOperator(cursor: Cursor, field: FieldRef): Context | undefined {
  const rest = cursor.text.slice(cursor.at);
  const isUnfinished = /^(!|[a-z]+|not\s+[a-z]*)$/i.test(rest);
  return isUnfinished ? { at: 'operator', field, prefix: rest, from: cursor.at } : undefined;
}

function readOpenSet(cursor: Cursor, field: FieldRef, verb: Verb): Context | undefined {
  skipSpace(cursor);
  if (cursor.at === cursor.text.length) {
    return { at: 'value', field, verb, prefix: '', from: cursor.at, opensSet: true };
  }
  if (peek(cursor) !== '(') return readOpenValue(cursor, field, verb);
  do {
    cursor.at += 1;
    const open = readOpenValue(cursor, field, verb);
    if (open !== undefined) return open;
    skipSpace(cursor);
  } while (peek(cursor) === ',');
  if (peek(cursor) === ')') cursor.at += 1;
  return undefined;
}

/** A value that the text ends in; undefined once it is complete. */
function readOpenValue(cursor: Cursor, field: FieldRef, verb: Verb): Context | undefined {
  skipSpace(cursor);
  const { text } = cursor;
  const from = cursor.at;
  const value = (prefix: string): Context => ({ at: 'value', field, verb, prefix, from, opensSet: false });
  if (from === text.length) return value('');
  if (isQuote(peek(cursor))) {
    if (isOpenQuote(cursor)) return value(text.slice(from + 1));
    readQuoted(cursor);
    return undefined;
  }
  const { text: written } = readValue(cursor);
  return cursor.at === text.length ? value(written) : undefined;
}

function isOpenQuote(cursor: Cursor): boolean {
  try {
    readQuoted({ text: cursor.text, at: cursor.at });
    return false;
  } catch (thrown) {
    if (thrown instanceof Refusal) return true;
    throw thrown;
  }
}
