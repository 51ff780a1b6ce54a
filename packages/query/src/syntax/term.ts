import { refuse, type Span, shown } from '../error.ts';
import type { FieldRef, Literal, Operator, QueryNode, Selector } from './ast.ts';
import {
  type Cursor,
  isKeyword,
  isQuote,
  peek,
  readKeyword,
  readQuoted,
  readSymbol,
  readValue,
  readWord,
  skipSpace,
} from './lexer.ts';

/** The most terms of a query; each value of a set counts as one. */
export const MAX_TERMS = 500;

/** Counts the terms read so far. */
export type Budget = { terms: number };

/* How other languages write what is a word here. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['&', 'and'],
  ['&&', 'and'],
  ['|', 'or'],
  ['||', 'or'],
]);

const LOOSE_UNIT = /^(?:(%|[kmgtp]?i?b|ms)|([smhdw])(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?|eeks?)?)$/i;

/** What is asked of a field. */
export type Verb =
  | { readonly type: 'compare'; readonly operator: Operator }
  | { readonly type: 'in'; readonly negated: boolean };

/** Reads one comparison or one piece of free text; throws a refusal where neither begins. */
export function readTerm(cursor: Cursor, budget: Budget): QueryNode {
  const start = cursor.at;
  spend(budget, start);
  if (isQuote(peek(cursor))) return readQuotedText(cursor);
  const name = readWord(cursor);
  refuseNoWord(cursor, start, name);
  const field = readField(cursor, start, name);
  const verb = readVerb(cursor);
  if (verb === undefined) {
    const end = start + name.length;
    if (field.selector === undefined)
      return { type: 'text', text: name, quoted: false, span: { start, end } };
    const advice = 'a comparison must follow, such as `< 10%`';
    throw refuse({
      code: 'unexpected',
      what: `nothing is asked of \`${shown(field.name)}\``,
      span: field.span,
      advice,
    });
  }
  if (verb.type === 'compare') {
    const value = readValue(cursor);
    refuseLooseUnit(cursor, value);
    return { type: 'compare', field, operator: verb.operator, value, span: { start, end: cursor.at } };
  }
  const values = readSet(cursor, budget);
  return { type: 'in', field, negated: verb.negated, values, span: { start, end: cursor.at } };
}

function spend(budget: Budget, start: number): void {
  budget.terms += 1;
  if (budget.terms <= MAX_TERMS) return;
  const span = { start, end: start + 1 };
  const advice = `a query has at most ${MAX_TERMS}, each value of a set counted`;
  throw refuse({ code: 'too_many_terms', what: 'there are too many terms', span, advice });
}

function readQuotedText(cursor: Cursor): QueryNode {
  const { text, span } = readQuoted(cursor);
  const ahead = { text: cursor.text, at: cursor.at };
  skipSpace(ahead);
  if (readSymbol(ahead) !== undefined) {
    const advice = 'a field is written without quotes';
    throw refuse({
      code: 'unexpected',
      what: `\`${shown(text)}\` is compared but quoted`,
      span,
      advice,
      replacement: text,
    });
  }
  return { type: 'text', text, quoted: true, span };
}

function refuseNoWord(cursor: Cursor, start: number, name: string): void {
  if (name === '') throw noTerm(cursor, start);
  const span = { start, end: cursor.at };
  if (isKeyword(name)) {
    const replacement = `"${name}"`;
    const advice = `a term should stand there; quote it if it is meant as text: ${replacement}`;
    throw refuse({ code: 'unexpected', what: `unexpected \`${name}\``, span, advice, replacement });
  }
  const word = FOREIGN.get(name);
  if (word !== undefined) {
    const advice = `write \`${word}\``;
    throw refuse({ code: 'unexpected', what: `unexpected \`${name}\``, span, advice, replacement: word });
  }
}

function noTerm(cursor: Cursor, start: number): Error {
  const character = peek(cursor);
  if (character === '') {
    const span = { start, end: start };
    const advice = 'write one, or remove what waits for it';
    return refuse({ code: 'unexpected', what: 'a term is missing at the end', span, advice });
  }
  const span = { start, end: start + 1 };
  if (character === '!' && cursor.text.charAt(start + 1) !== '=') {
    const advice = 'write `not`';
    return refuse({ code: 'unexpected', what: 'unexpected `!`', span, advice, replacement: 'not ' });
  }
  const isSign = '=!<>~:'.includes(character);
  const advice = isSign ? 'a field is missing before it' : 'a term should stand there';
  return refuse({ code: 'unexpected', what: `unexpected \`${character}\``, span, advice });
}

/** Reads what follows the name of a field: a selector, or quoted text before a verb. */
export function readField(cursor: Cursor, start: number, name: string): FieldRef {
  if (peek(cursor) === '[') return readSelected(cursor, start, name);
  const span = { start, end: cursor.at };
  const ahead = { text: cursor.text, at: cursor.at };
  skipSpace(ahead);
  if (!isQuote(peek(ahead))) return { name, span };
  const argument = readQuoted(ahead);
  const behind = { text: ahead.text, at: ahead.at };
  if (readVerb(behind) === undefined) return { name, span };
  cursor.at = ahead.at;
  return { name, argument, span: { start, end: cursor.at } };
}

function readSelected(cursor: Cursor, start: number, head: string): FieldRef {
  const selector = readSelector(cursor, head.split('.').length);
  const tail = peek(cursor) === '.' ? readWord(cursor) : '';
  if (peek(cursor) === '[') {
    const span = { start: cursor.at, end: cursor.at + 1 };
    throw refuse({ code: 'unexpected', what: 'unexpected `[`', span, advice: 'one selector is enough' });
  }
  return { name: head + tail, selector, span: { start, end: cursor.at } };
}

function readSelector(cursor: Cursor, after: number): Selector {
  const start = cursor.at;
  cursor.at += 1;
  skipSpace(cursor);
  const text = isQuote(peek(cursor)) ? readQuoted(cursor).text : readBracketed(cursor);
  skipSpace(cursor);
  if (peek(cursor) !== ']' || text === '') {
    const span: Span = { start, end: cursor.at };
    const advice = 'it is not complete: write it as `["C:"]`';
    throw refuse({ code: 'unexpected', what: 'the selector opened', span, advice });
  }
  cursor.at += 1;
  return { text, after, span: { start, end: cursor.at } };
}

function readBracketed(cursor: Cursor): string {
  const end = cursor.text.indexOf(']', cursor.at);
  if (end < 0) return '';
  const text = cursor.text.slice(cursor.at, end).trim();
  cursor.at = end;
  return text;
}

/** Reads the verb of a comparison; leaves the cursor behind the word where there is none. */
export function readVerb(cursor: Cursor): Verb | undefined {
  const ahead = { text: cursor.text, at: cursor.at };
  skipSpace(ahead);
  const verb = readVerbHere(ahead);
  if (verb !== undefined) cursor.at = ahead.at;
  return verb;
}

function readVerbHere(cursor: Cursor): Verb | undefined {
  const operator = readSymbol(cursor);
  if (operator !== undefined) return { type: 'compare', operator };
  if (readKeyword(cursor, 'within')) return { type: 'compare', operator: 'within' };
  if (readKeyword(cursor, 'in')) return { type: 'in', negated: false };
  if (!readKeyword(cursor, 'not')) return undefined;
  skipSpace(cursor);
  return readKeyword(cursor, 'in') ? { type: 'in', negated: true } : undefined;
}

/** `10 GB` would be the number 10 and a search for GB, which nobody means. */
function refuseLooseUnit(cursor: Cursor, value: Literal): void {
  if (value.quoted || !/^\d+(\.\d+)?$/.test(value.text)) return;
  const ahead = { text: cursor.text, at: cursor.at };
  skipSpace(ahead);
  const unit = LOOSE_UNIT.exec(readWord(ahead));
  if (unit === null) return;
  const replacement = value.text + (unit[1] ?? unit[2] ?? '');
  const span = { start: value.span.start, end: ahead.at };
  if (readVerb(ahead) !== undefined) return; // a field with the name of a unit
  const advice = `write \`${replacement}\``;
  const what = `\`${value.text}\` stands apart from its unit`;
  throw refuse({ code: 'bad_value', what, span, advice, replacement });
}

function readSet(cursor: Cursor, budget: Budget): readonly Literal[] {
  skipSpace(cursor);
  const start = cursor.at;
  if (peek(cursor) !== '(') return [readValue(cursor)];
  const values: Literal[] = [];
  do {
    cursor.at += 1;
    if (values.length > 0) spend(budget, cursor.at);
    values.push(readValue(cursor));
    skipSpace(cursor);
  } while (peek(cursor) === ',');
  if (peek(cursor) !== ')') {
    const span = { start, end: cursor.at };
    const advice = 'it is not complete: separate values by `,` and close it with `)`';
    throw refuse({ code: 'unclosed_parenthesis', what: 'the set opened', span, advice });
  }
  cursor.at += 1;
  return values;
}
