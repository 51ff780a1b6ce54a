/** A half-open range of offsets (UTF-16 units, from 0) in the text of a query. */
export type Span = { readonly start: number; readonly end: number };

/** What can be wrong with a query; clients switch on this, never on the message. */
export type QueryErrorCode =
  | 'too_long'
  | 'too_many_terms'
  | 'too_deep'
  | 'bad_character'
  | 'unclosed_quote'
  | 'unclosed_parenthesis'
  | 'unexpected'
  | 'missing_value'
  | 'unknown_field'
  | 'needs_key'
  | 'wrong_form'
  | 'wrong_operator'
  | 'unknown_value'
  | 'bad_value'
  | 'no_free_text';

/** A replacement that would repair the query: put `replacement` where `span` is. */
export type Fix = { readonly span: Span; readonly replacement: string };

/** One problem: what, where (span, and a column from 1), and where known the repair. */
export type QueryError = {
  readonly code: QueryErrorCode;
  readonly message: string;
  readonly span: Span;
  readonly column: number;
  readonly fix?: Fix;
};

/** Either a value or at least one problem. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly QueryError[] };

/** Carries one problem out of a descent; caught at the public face, never seen outside. */
export class Refusal extends Error {
  readonly problem: QueryError;

  constructor(problem: QueryError) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What a refusal is built from; `what` is said before the column and `advice` after it. */
export type Complaint = {
  readonly code: QueryErrorCode;
  readonly what: string;
  readonly span: Span;
  readonly advice?: string;
  readonly replacement?: string;
  /** What the replacement is for, where that is more than `span`. */
  readonly replaced?: Span;
};

/** Words a complaint as "what at column N; advice". */
export function refuse(complaint: Complaint): Refusal {
  const { code, what, span, advice, replacement } = complaint;
  const column = span.start + 1;
  const message = `${what} at column ${column}${advice === undefined ? '' : `; ${advice}`}`;
  const fix = replacement === undefined ? {} : { fix: { span: complaint.replaced ?? span, replacement } };
  return new Refusal({ code, message, span, column, ...fix });
}

/** Runs a descent and turns its refusal into a result; any other error passes through. */
export function settle<T>(work: () => T): Result<T> {
  try {
    return { ok: true, value: work() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, errors: [thrown.problem] };
    throw thrown;
  }
}

/** User text as it is quoted inside a message: clipped, so that a message stays one line. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
