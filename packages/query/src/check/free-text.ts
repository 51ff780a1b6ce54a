import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import type { Field } from '../catalogue/field.ts';
import { refuse, shown } from '../error.ts';
import type { TextNode } from '../syntax/ast.ts';
import { quote } from '../syntax/print.ts';
import { containing } from '../values/glob.ts';
import { readNetwork } from '../values/ip.ts';
import type { ValueTest } from '../values/value-test.ts';
import type { Plan } from './plan.ts';
import { patternOf } from './text-tests.ts';

/** A bare word is looked for inside every free-text field; an address also among addresses. */
export function planFreeText(node: TextNode, catalogue: FieldCatalogue): Plan {
  refuseFieldName(node, catalogue);
  const tests = catalogue.freeText.flatMap((field) => planIn(field, node));
  if (catalogue.freeText.length === 0) {
    const advice = 'write a comparison such as `field = value`';
    throw refuse({
      code: 'no_free_text',
      what: `nothing can be searched for \`${shown(node.text)}\``,
      span: node.span,
      advice,
    });
  }
  return { type: 'or', terms: tests };
}

/** `os is linux` and `not pending_reboot` are slips, not searches for the name of a field. */
function refuseFieldName(node: TextNode, catalogue: FieldCatalogue): void {
  const field = node.quoted
    ? undefined
    : (catalogue.find(node.text) ?? catalogue.find(node.text, 'argument'));
  if (field === undefined) return;
  const replacement = quote(node.text);
  const example = field.kind === 'boolean' ? `${node.text} = true` : `${node.text} = …`;
  const advice = `compare it, such as \`${example}\`, or quote it to search for the word`;
  const what = `nothing is asked of the field \`${node.text}\``;
  throw refuse({ code: 'wrong_form', what, span: node.span, advice, replacement });
}

function planIn(field: Field, node: TextNode): readonly Plan[] {
  const target = { field, reading: field };
  if (field.kind === 'ip') {
    const network = readNetwork(node.text);
    return network === undefined ? [] : [{ type: 'test', target, test: { type: 'network', network } }];
  }
  const test: ValueTest = { type: 'like', glob: containing(patternOf({ value: node })) };
  return [{ type: 'test', target, test }];
}
