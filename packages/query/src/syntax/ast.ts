import type { Span } from '../error.ts';

/** The comparisons of the language; `==` is read as `=`. `not in` is `in` with `negated`. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | ':' | 'within';

/** A value as written. Quoted text is literal; unquoted `*` and `?` are wildcards. */
export type Literal = { readonly text: string; readonly quoted: boolean; readonly span: Span };

/** The `["C:"]` in `disk["C:"].free`; `after` is the number of name segments before it. */
export type Selector = { readonly text: string; readonly after: number; readonly span: Span };

/** The left side of a comparison: `hostname`, `disk["C:"].free` or `software "openssl"`. */
export type FieldRef = {
  readonly name: string;
  readonly selector?: Selector;
  readonly argument?: Literal;
  readonly span: Span;
};

/** A bare word or quoted text, searched in the free-text fields. */
export type TextNode = {
  readonly type: 'text';
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
};

/** `field op value`. */
export type CompareNode = {
  readonly type: 'compare';
  readonly field: FieldRef;
  readonly operator: Operator;
  readonly value: Literal;
  readonly span: Span;
};

/** `field in (a, b)` and `field not in (a, b)`; at least one value. */
export type InNode = {
  readonly type: 'in';
  readonly field: FieldRef;
  readonly negated: boolean;
  readonly values: readonly Literal[];
  readonly span: Span;
};

/** At least two terms; a term is never of the same type (the parser flattens). */
export type JoinNode = {
  readonly type: 'and' | 'or';
  readonly terms: readonly QueryNode[];
  readonly span: Span;
};

/** `not term`. */
type NotNode = { readonly type: 'not'; readonly term: QueryNode; readonly span: Span };

/** The empty query, which every device matches; only ever the root. */
type AllNode = { readonly type: 'all'; readonly span: Span };

/** A parsed query. */
export type QueryNode = TextNode | CompareNode | InNode | JoinNode | NotNode | AllNode;
