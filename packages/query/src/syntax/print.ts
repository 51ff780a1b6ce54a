import type { FieldRef, Literal, QueryNode } from './ast.ts';

/** Writes a tree in the one canonical form; reading it again gives the same tree. */
export function print(node: QueryNode): string {
  switch (node.type) {
    case 'all':
      return '';
    case 'text':
      return node.quoted ? quote(node.text) : node.text;
    case 'compare':
      return `${printField(node.field)} ${node.operator} ${printLiteral(node.value)}`;
    case 'in':
      return `${printField(node.field)} ${node.negated ? 'not in' : 'in'} ${printSet(node.values)}`;
    case 'not':
      return `not ${printInside(node.term)}`;
    case 'and':
      return node.terms.map((term) => printInside(term)).join(' and ');
    case 'or':
      return node.terms.map((term) => printInside(term)).join(' or ');
  }
}

/** A join inside anything stands in parentheses, also where precedence would not need them. */
function printInside(node: QueryNode): string {
  return node.type === 'and' || node.type === 'or' ? `(${print(node)})` : print(node);
}

/** Writes the left side of a comparison. */
export function printField(field: FieldRef): string {
  if (field.argument !== undefined) return `${field.name} ${printLiteral(field.argument)}`;
  if (field.selector === undefined) return field.name;
  const segments = field.name.split('.');
  const head = segments.slice(0, field.selector.after).join('.');
  const tail = segments.slice(field.selector.after);
  return [`${head}[${quote(field.selector.text)}]`, ...tail].join('.');
}

/** Writes the right side of `in`: one value bare, several in parentheses. */
export function printSet(values: readonly Literal[]): string {
  const [first] = values;
  if (values.length === 1 && first !== undefined) return printLiteral(first);
  return `(${values.map(printLiteral).join(', ')})`;
}

/** Writes a value, quoted if it was. */
function printLiteral(literal: Literal): string {
  return literal.quoted ? quote(literal.text) : literal.text;
}

/** Puts text between quotes, so that it is read back unchanged and without wildcards. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
