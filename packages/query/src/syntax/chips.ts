import type { Span } from '../error.ts';
import { hasWildcard } from '../values/glob.ts';
import type { FieldRef, Literal, Operator, QueryNode } from './ast.ts';
import { isKeyword } from './lexer.ts';
import { print, printField, printSet } from './print.ts';

/** What a chip's operator can be. */
export type ChipOperator = Operator | 'in' | 'not in';

/**
 * One term of the conjunction at the top of a query. A comparison has field, operator and value; free
 * text has only a value; anything else (`or`, `not`, groups) is one chip that has only its text.
 * `text` is canonical; `span` is where the term stands in the query that was parsed.
 */
export type Chip = {
  readonly field?: string;
  readonly op?: ChipOperator;
  readonly value?: string;
  /** The members of a set, for `in` and `not in`. */
  readonly values?: readonly string[];
  readonly text: string;
  readonly span: Span;
};

/** Takes the conjunction at the top apart; the empty query has no chips. */
export function chipsOf(node: QueryNode): readonly Chip[] {
  if (node.type === 'all') return [];
  return node.type === 'and' ? node.terms.map(chipOf) : [chipOf(node)];
}

/** Puts chips back into one query text. */
export function textOfChips(chips: readonly Pick<Chip, 'text'>[]): string {
  return chips.map((chip) => chip.text).join(' and ');
}

/** Writes the text of a new chip from what a person picked; values are quoted where they must be. */
export function chipText(field: string, op: ChipOperator, values: readonly string[]): string {
  const literals = values.map(literalOf);
  const isSet = op === 'in' || op === 'not in';
  return `${field} ${op} ${isSet ? printSet(literals) : printSet(literals.slice(0, 1))}`;
}

function chipOf(node: QueryNode): Chip {
  const text = node.type === 'or' ? `(${print(node)})` : print(node);
  const { span } = node;
  switch (node.type) {
    case 'compare':
      return { ...fieldOf(node.field), op: node.operator, value: node.value.text, text, span };
    case 'in': {
      const values = node.values.map((value) => value.text);
      const op = node.negated ? 'not in' : 'in';
      return { ...fieldOf(node.field), op, value: printSet(node.values), values, text, span };
    }
    case 'text':
      return { value: node.text, text, span };
    default:
      return { text, span };
  }
}

function fieldOf(field: FieldRef): { readonly field: string } {
  return { field: printField(field) };
}

function literalOf(text: string): Literal {
  return { text, quoted: needsQuotes(text), span: { start: 0, end: text.length } };
}

/** True for a value that, unquoted, would be read as something else; wildcards in a picked value are literal. */
export function needsQuotes(text: string): boolean {
  return (
    text === '' || isKeyword(text) || hasWildcard(text) || /[\s()",]/.test(text) || /^[=!<>~']/.test(text)
  );
}
