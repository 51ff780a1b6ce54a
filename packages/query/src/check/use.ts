import type { Field, Reading } from '../catalogue/field.ts';
import { type QueryErrorCode, type Refusal, refuse, shown } from '../error.ts';
import type { Literal, Operator } from '../syntax/ast.ts';

/** One value held against one reading of a field; `!=` and `in` arrive here as `=`. */
export type Use = {
  readonly field: Field;
  readonly reading: Reading;
  readonly operator: Operator;
  readonly value: Literal;
  /** The whole comparison, for what is wrong with its operator. */
  readonly operatorSpan: { readonly start: number; readonly end: number };
};

/** Refuses an operator that a kind does not have. */
export function wrongOperator(use: Use, operators: string): Refusal {
  const what = `\`${use.operator}\` does not work on \`${use.field.name}\``;
  return refuse({
    code: 'wrong_operator',
    what,
    span: use.operatorSpan,
    advice: `a ${use.reading.kind} takes ${operators}`,
  });
}

/** Refuses a value, saying what would be one. */
export function badValue(use: Use, advice: string, replacement?: string): Refusal {
  return refuseValue(use, { code: 'bad_value', advice, replacement });
}

/** As `badValue`, with a code of its own. */
export function refuseValue(
  use: Use,
  more: { code: QueryErrorCode; advice: string; replacement?: string | undefined },
): Refusal {
  const what = `\`${shown(use.value.text)}\` is no ${use.reading.kind} value for \`${use.field.name}\``;
  const { code, advice, replacement } = more;
  const span = use.value.span;
  return refuse({ code, what, span, advice, ...(replacement === undefined ? {} : { replacement }) });
}
