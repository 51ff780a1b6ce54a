import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import type { Reading } from '../catalogue/field.ts';
import { closest } from '../catalogue/suggest.ts';
import { Refusal } from '../error.ts';
import type { CompareNode, InNode, Literal } from '../syntax/ast.ts';
import { printField, quote } from '../syntax/print.ts';
import { hasWildcard } from '../values/glob.ts';
import type { ValueTest } from '../values/value-test.ts';
import { numberTest } from './number-tests.ts';
import { booleanTest, ipTest, timeTest, versionTest } from './other-tests.ts';
import type { Plan, Target } from './plan.ts';
import { type Resolved, resolveField, type TextMeant } from './resolve.ts';
import { enumTest, textTest, valueNamed } from './text-tests.ts';
import { refuseValue, type Use, wrongOperator } from './use.ts';

type TestPlan = Extract<Plan, { type: 'test' }>;

/**
 * Plans one comparison. `!=` and `not in` mean "known, and not equal": like every comparison they are
 * false of a missing value, and of several values they ask that none is equal.
 */
export function planComparison(node: CompareNode | InNode, catalogue: FieldCatalogue): Plan {
  const resolved = resolveField(node.field, catalogue, textMeant(node));
  const operatorSpan = { start: node.field.span.end, end: node.span.end };
  const values = node.type === 'in' ? node.values : [node.value];
  const isNegated = node.type === 'in' ? node.negated : node.operator === '!=';
  const operator = node.type === 'in' || isNegated ? '=' : node.operator;
  const tests = values.map((value) => planValue(resolved, { operator, value, operatorSpan }, catalogue));
  const any = anyOf(mergeSets(tests));
  if (!isNegated) return any;
  const asksAbsence = tests.every(({ test }) => test.type === 'known');
  const none: Plan = { type: 'not', term: any };
  return asksAbsence ? none : { type: 'and', terms: [...targetsOf(tests).map(known), none] };
}

/** `aa:bb:cc` and `C:\\temp` look like a comparison by word, but may be meant as text. */
function textMeant(node: CompareNode | InNode): TextMeant | undefined {
  if (node.type === 'in' || node.operator !== ':' || node.value.quoted) return undefined;
  return { span: node.span, replacement: quote(`${printField(node.field)}:${node.value.text}`) };
}

function planValue(
  resolved: Resolved,
  asked: Pick<Use, 'operator' | 'value' | 'operatorSpan'>,
  catalogue: FieldCatalogue,
): TestPlan {
  const { field } = resolved;
  const isWild = isStar(asked.value) && (asked.operator === '=' || asked.operator === ':');
  if (isWild) return known(targetOf(resolved, field));
  const other = field.otherwise === undefined ? undefined : catalogue.find(field.otherwise);
  if (field.kind === 'enum' && other !== undefined && isOfOther(resolved, asked)) {
    refuseSlip(resolved, asked);
    const operator = asked.operator === '=' && !isPattern(asked.value) ? ':' : asked.operator;
    const test = testFor({ ...asked, operator, field: other, reading: other });
    return { type: 'test', target: targetOf({ field: other }, other), test };
  }
  return firstReading(resolved, asked);
}

/** An enum with a text field behind it keeps only its own values and their patterns. */
function isOfOther({ field }: Resolved, { operator, value }: Pick<Use, 'operator' | 'value'>): boolean {
  if (operator === '~') return true;
  return (operator === '=' || operator === ':') && valueNamed({ field, value }) === undefined;
}

/** `os = windws` is a slip, not the full name of a system; quoted it is taken as written. */
function refuseSlip({ field }: Resolved, asked: Pick<Use, 'operator' | 'value' | 'operatorSpan'>): void {
  const { value } = asked;
  if (asked.operator === '~' || value.quoted || hasWildcard(value.text)) return;
  const meant = closest(value.text, field.values ?? []);
  if (meant === undefined) return;
  const advice = `did you mean \`${meant}\`? Quote it if it is part of \`${field.otherwise}\``;
  throw refuseValue(
    { ...asked, field, reading: field },
    { code: 'unknown_value', advice, replacement: meant },
  );
}

function firstReading(resolved: Resolved, asked: Pick<Use, 'operator' | 'value' | 'operatorSpan'>): TestPlan {
  const { field } = resolved;
  let first: Refusal | undefined;
  for (const reading of [field, ...(field.also ?? [])]) {
    try {
      const test = testFor({ ...asked, field, reading });
      return { type: 'test', target: targetOf(resolved, reading), test };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      first ??= thrown;
    }
  }
  throw first;
}

function testFor(use: Use): ValueTest {
  const { kind } = use.reading;
  if (use.operator === 'within' && kind !== 'time') throw wrongOperator(use, 'no `within`, only times do');
  switch (kind) {
    case 'text':
    case 'map':
      return textTest(use);
    case 'enum':
      return enumTest(use);
    case 'number':
    case 'percent':
    case 'bytes':
    case 'duration':
      return numberTest(use, kind);
    case 'time':
      return timeTest(use);
    case 'version':
      return versionTest(use);
    case 'ip':
      return ipTest(use);
    case 'boolean':
      return booleanTest(use);
  }
}

function targetOf({ field, of }: Resolved, reading: Reading): Target {
  return of === undefined ? { field, reading } : { field, reading, of };
}

function known(target: Target): TestPlan {
  return { type: 'test', target, test: { type: 'known' } };
}

function isStar(value: Literal): boolean {
  return !value.quoted && value.text === '*';
}

function isPattern(value: Literal): boolean {
  return !value.quoted && hasWildcard(value.text);
}

/** Plain values of a set become one test, so that SQL sees one list. */
function mergeSets(tests: readonly TestPlan[]): readonly TestPlan[] {
  const merged: TestPlan[] = [];
  for (const plan of tests) {
    const { target, test } = plan;
    const at = merged.findIndex(
      (other) => other.test.type === test.type && other.target.field === target.field,
    );
    const before = merged[at]?.test;
    if (before !== undefined && 'values' in before && 'values' in test) {
      merged[at] = {
        type: 'test',
        target,
        test: { type: before.type, values: [...before.values, ...test.values] },
      };
    } else {
      merged.push(plan);
    }
  }
  return merged;
}

function anyOf(tests: readonly TestPlan[]): Plan {
  const [first] = tests;
  return first !== undefined && tests.length === 1 ? first : { type: 'or', terms: tests };
}

function targetsOf(tests: readonly TestPlan[]): readonly Target[] {
  const found: Target[] = [];
  for (const { target } of tests) {
    const isThere = found.some(({ field, reading }) => field === target.field && reading === target.reading);
    if (!isThere) found.push(target);
  }
  return found;
}
