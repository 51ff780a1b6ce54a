import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import { type QueryError, Refusal, type Result } from '../error.ts';
import type { QueryNode } from '../syntax/ast.ts';
import { planComparison } from './comparison.ts';
import { planFreeText } from './free-text.ts';
import type { Plan } from './plan.ts';

/** A query is told this many problems at once; the rest shows when these are repaired. */
const MOST_ERRORS = 20;

/**
 * Resolves the fields of a parsed query and types its values. Reports all problems that it finds, the
 * first 20 of them.
 */
export function check(node: QueryNode, catalogue: FieldCatalogue): Result<Plan> {
  const errors: QueryError[] = [];
  const plan = planNode(node, catalogue, errors);
  return errors.length === 0 ? { ok: true, value: plan } : { ok: false, errors };
}

function planNode(node: QueryNode, catalogue: FieldCatalogue, errors: QueryError[]): Plan {
  if (errors.length >= MOST_ERRORS) return { type: 'all' };
  switch (node.type) {
    case 'all':
      return { type: 'all' };
    case 'and':
    case 'or':
      return { type: node.type, terms: node.terms.map((term) => planNode(term, catalogue, errors)) };
    case 'not':
      return { type: 'not', term: planNode(node.term, catalogue, errors) };
    case 'text':
      return collecting(errors, () => planFreeText(node, catalogue));
    case 'compare':
    case 'in':
      return collecting(errors, () => planComparison(node, catalogue));
  }
}

function collecting(errors: QueryError[], work: () => Plan): Plan {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    errors.push(thrown.problem);
    return { type: 'all' };
  }
}
