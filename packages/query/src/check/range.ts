import type { Operator } from '../syntax/ast.ts';
import type { Bound } from '../values/value-test.ts';

/** The range of values for which `value operator at` holds; nothing for an operator without order. */
export function rangeOf<T>(operator: Operator, at: T): { min?: Bound<T>; max?: Bound<T> } | undefined {
  switch (operator) {
    case '=':
    case ':':
      return { min: { at, inclusive: true }, max: { at, inclusive: true } };
    case '<':
    case '<=':
      return { max: { at, inclusive: operator === '<=' } };
    case '>':
    case '>=':
      return { min: { at, inclusive: operator === '>=' } };
    default:
      return undefined;
  }
}
