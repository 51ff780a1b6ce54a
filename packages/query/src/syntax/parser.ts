import { type Result, refuse, settle, shown } from '../error.ts';
import type { JoinNode, QueryNode } from './ast.ts';
import { type Cursor, peek, readKeyword, skipSpace } from './lexer.ts';
import { type Budget, MAX_TERMS, readTerm } from './term.ts';

/** The longest query, in UTF-16 units. */
export const MAX_LENGTH = 8192;
/** The deepest nesting of parentheses and `not`. */
export const MAX_DEPTH = 50;
export { MAX_TERMS };

type Reader = Cursor & { depth: number; budget: Budget };

/**
 * Reads a query into a tree, in time linear in its length and with bounded recursion.
 * Knows nothing of fields: `check` does.
 */
export function parse(text: string): Result<QueryNode> {
  return settle(() => {
    refuseUnreadable(text);
    const reader: Reader = { text, at: 0, depth: 0, budget: { terms: 0 } };
    skipSpace(reader);
    if (reader.at === text.length) return { type: 'all', span: { start: 0, end: text.length } };
    const node = readOr(reader);
    if (reader.at < text.length) throw unexpected(reader);
    return node;
  });
}

function refuseUnreadable(text: string): void {
  if (text.length > MAX_LENGTH) {
    const span = { start: MAX_LENGTH, end: text.length };
    const advice = `a query has at most ${MAX_LENGTH} characters, this one has ${text.length}`;
    throw refuse({ code: 'too_long', what: 'the query is too long', span, advice });
  }
  const nul = text.indexOf('\0');
  const broken = nul >= 0 ? nul : text.isWellFormed() ? -1 : text.search(/\p{Surrogate}/u);
  if (broken >= 0) {
    const span = { start: broken, end: broken + 1 };
    throw refuse({
      code: 'bad_character',
      what: 'there is a character that is not text',
      span,
      advice: 'remove it',
    });
  }
}

function readOr(reader: Reader): QueryNode {
  const terms = [readAnd(reader)];
  while (readKeyword(reader, 'or')) terms.push(readAnd(reader));
  return join('or', terms);
}

function readAnd(reader: Reader): QueryNode {
  const terms = [readUnary(reader)];
  while (!endsConjunction(reader)) {
    readKeyword(reader, 'and');
    terms.push(readUnary(reader));
  }
  return join('and', terms);
}

function endsConjunction(reader: Reader): boolean {
  const next = peek(reader);
  if (next === '' || next === ')' || next === ',' || next === ']') return true;
  const ahead = { text: reader.text, at: reader.at };
  return readKeyword(ahead, 'or');
}

/** Leaves the cursor behind the white space that follows the term. */
function readUnary(reader: Reader): QueryNode {
  skipSpace(reader);
  const start = reader.at;
  if (readKeyword(reader, 'not')) {
    deepen(reader, start);
    const term = readUnary(reader);
    reader.depth -= 1;
    return { type: 'not', term, span: { start, end: term.span.end } };
  }
  const node = peek(reader) === '(' ? readGroup(reader) : readTerm(reader, reader.budget);
  skipSpace(reader);
  return node;
}

function readGroup(reader: Reader): QueryNode {
  const start = reader.at;
  deepen(reader, start);
  reader.at += 1;
  const node = readOr(reader);
  if (peek(reader) !== ')') {
    if (reader.at < reader.text.length) throw unexpected(reader);
    const span = { start, end: reader.text.length };
    const advice = 'it is never closed: add `)`';
    throw refuse({ code: 'unclosed_parenthesis', what: 'the parenthesis opened', span, advice });
  }
  reader.at += 1;
  reader.depth -= 1;
  return { ...node, span: { start, end: reader.at } };
}

function deepen(reader: Reader, start: number): void {
  reader.depth += 1;
  if (reader.depth <= MAX_DEPTH) return;
  const span = { start, end: start + 1 };
  const advice = `at most ${MAX_DEPTH} levels of parentheses and \`not\` are read`;
  throw refuse({ code: 'too_deep', what: 'the query is nested too deeply', span, advice });
}

function join(type: JoinNode['type'], parts: readonly QueryNode[]): QueryNode {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const terms = parts.flatMap((part) => (part.type === type ? part.terms : [part]));
  const span = { start: parts[0]?.span.start ?? 0, end: parts.at(-1)?.span.end ?? 0 };
  return { type, terms, span };
}

function unexpected(reader: Reader): Error {
  const character = peek(reader);
  const span = { start: reader.at, end: reader.at + 1 };
  const advice =
    character === ','
      ? 'several values are written `field in (a, b)`'
      : character === ')'
        ? 'no parenthesis is open here: remove it'
        : 'quote it if it is meant as text';
  return refuse({ code: 'unexpected', what: `unexpected \`${shown(character)}\``, span, advice });
}
