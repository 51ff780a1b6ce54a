import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import type { FieldKind } from '../catalogue/field.ts';
import { resolveField } from '../check/resolve.ts';
import type { CompareNode, FieldRef, InNode, Literal, Operator, QueryNode, TextNode } from '../syntax/ast.ts';
import { printField, quote } from '../syntax/print.ts';

/** A part of a query in words; parts of one that is `depth` deep stand below it, one deeper. */
export type ExplainedLine = { readonly depth: number; readonly text: string };

/** Says in words how a query that `check` accepts was understood, outermost first. */
export function explain(node: QueryNode, catalogue: FieldCatalogue): ExplainedLine[] {
  return lines(node, catalogue, 0);
}

function lines(node: QueryNode, catalogue: FieldCatalogue, depth: number): ExplainedLine[] {
  const below = (terms: readonly QueryNode[]) => terms.flatMap((term) => lines(term, catalogue, depth + 1));
  switch (node.type) {
    case 'all':
      return [{ depth, text: 'every device' }];
    case 'and':
      return [{ depth, text: 'all of' }, ...below(node.terms)];
    case 'or':
      return [{ depth, text: 'any of' }, ...below(node.terms)];
    case 'not':
      return [{ depth, text: 'not' }, ...below([node.term])];
    case 'text':
      return [{ depth, text: freeText(node, catalogue) }];
    case 'compare':
      return [{ depth, text: comparison(node, catalogue) }];
    case 'in':
      return [{ depth, text: set(node, catalogue) }];
  }
}

function freeText(node: TextNode, { freeText: fields }: FieldCatalogue): string {
  return `${quote(node.text)} stands in ${either(fields.map(({ name }) => name))}`;
}

function comparison({ field, operator, value }: CompareNode, catalogue: FieldCatalogue): string {
  const { name, kind } = named(field, catalogue);
  if (value.text === '*' && !value.quoted && (operator === '=' || operator === '!='))
    return `${name} is ${operator === '=' ? 'known' : 'missing'}`;
  return `${name} ${wordsOf(operator, kind, value)} ${shown(value)}`;
}

function set({ field, negated, values }: InNode, catalogue: FieldCatalogue): string {
  const { name, kind } = named(field, catalogue);
  const written = either(values.map(shown));
  const does = kind === 'ip' ? 'lies in' : 'is';
  return negated ? `${name} is known, and none ${does} ${written}` : `${name} ${does} ${written}`;
}

/** The field under its own name, whatever alias was written. */
function named(ref: FieldRef, catalogue: FieldCatalogue): { name: string; kind: FieldKind } {
  const { field, of } = resolveField(ref, catalogue);
  if (field.kind === 'map') return { name: `${field.name} ${quote(of ?? '')}`, kind: field.kind };
  const isPlain = ref.selector === undefined && ref.argument === undefined;
  return { name: isPlain ? field.name : printField(ref), kind: field.kind };
}

const shown = ({ text, quoted }: Literal): string => (quoted ? quote(text) : text);

function either(values: readonly string[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

type Words = Readonly<Record<Operator, string>>;

const PLAIN: Words = {
  '=': 'is',
  '!=': 'is known, and is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  '~': 'contains',
  ':': 'has the words',
  within: 'is in the last',
};
const OF_VERSIONS: Words = {
  ...PLAIN,
  '<': 'is older than',
  '<=': 'is no newer than',
  '>': 'is newer than',
  '>=': 'is no older than',
};
const OF_AGES: Words = {
  ...PLAIN,
  '<': 'is less long ago than',
  '<=': 'is at most so long ago as',
  '>': 'is longer ago than',
  '>=': 'is at least so long ago as',
};
const OF_DATES: Words = {
  ...PLAIN,
  '=': 'is on',
  '<': 'is before',
  '<=': 'is before the end of',
  '>': 'is after',
  '>=': 'is not before',
};

function wordsOf(operator: Operator, kind: FieldKind, value: Literal): string {
  if (kind === 'version') return OF_VERSIONS[operator];
  if (kind === 'ip') return value.text.includes('/') && operator === '=' ? 'lies in' : PLAIN[operator];
  if (kind !== 'time') return PLAIN[operator];
  return /^\d{4}-/.test(value.text) ? OF_DATES[operator] : OF_AGES[operator];
}
