export { createCatalogue, type FieldCatalogue } from './catalogue/catalogue.ts';
export type { Authority, Bind, Field, FieldKind, Reading, Source, SqlRequest } from './catalogue/field.ts';
export { check } from './check/check.ts';
export { fieldsOf, type Plan } from './check/plan.ts';
export { type CompiledQuery, type CompileOptions, compile } from './compile/compile.ts';
export { nextChange } from './compile/next-change.ts';
export { foldedSql, predicateSql } from './compile/predicate.ts';
export {
  type Completion,
  type CompletionItem,
  complete,
  type ValueRequest,
  type ValueSource,
} from './complete/complete.ts';
export { OPERATORS_OF, type OperatorHint } from './complete/operators.ts';
export type { Fix, QueryError, QueryErrorCode, Result, Span } from './error.ts';
export type { DeviceRecord } from './evaluate/device-record.ts';
export { evaluate } from './evaluate/evaluate.ts';
export { type ExplainedLine, explain } from './explain/explain.ts';
export type { QueryNode } from './syntax/ast.ts';
export { type Chip, type ChipOperator, chipsOf, chipText, textOfChips } from './syntax/chips.ts';
export { MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse } from './syntax/parser.ts';
export { print, quote } from './syntax/print.ts';
export { readDuration } from './values/duration.ts';
export { fold } from './values/fold.ts';
export { type Network, printNetwork } from './values/ip.ts';
export type { ValueTest } from './values/value-test.ts';
export { versionSortKey } from './values/version-sort-key.ts';
