import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import type { Field } from '../catalogue/field.ts';
import { suggest } from '../catalogue/suggest.ts';
import { type Refusal, refuse, type Span, shown } from '../error.ts';
import type { FieldRef } from '../syntax/ast.ts';
import { fold } from '../values/fold.ts';

/** A field found, with what its selector, argument or key names. */
export type Resolved = { readonly field: Field; readonly of?: string };

/** How a comparison is written if it was meant as text, and where. */
export type TextMeant = { readonly span: Span; readonly replacement: string };

/** Finds the field that is written; throws a refusal that proposes another where there is none. */
export function resolveField(ref: FieldRef, catalogue: FieldCatalogue, text?: TextMeant): Resolved {
  if (ref.argument !== undefined) return resolveArgument(ref, ref.argument.text, catalogue);
  if (ref.selector !== undefined) return resolveSelector(ref, ref.selector.text, catalogue);
  const field = catalogue.find(ref.name);
  if (field?.kind === 'map') {
    throw wrongForm(ref, 'needs_key', `needs a key, such as \`${field.name}.name\``);
  }
  if (field !== undefined) return { field };
  const entry = resolveEntry(ref.name, catalogue);
  if (entry !== undefined) return entry;
  if (catalogue.find(ref.name, 'argument') !== undefined) {
    throw wrongForm(
      ref,
      'wrong_form',
      `needs a quoted name before the comparison, such as \`${ref.name} "openssl"\``,
    );
  }
  throw unknownField(ref, catalogue, text);
}

/** `tag.role`: the longest name of a map, the rest being the key as written. */
function resolveEntry(name: string, catalogue: FieldCatalogue): Resolved | undefined {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const field = catalogue.find(name.slice(0, dot));
    const key = name.slice(dot + 1);
    if (field?.kind === 'map' && key !== '') return { field, of: key };
  }
  return undefined;
}

function resolveArgument(ref: FieldRef, argument: string, catalogue: FieldCatalogue): Resolved {
  const field = catalogue.find(ref.name, 'argument');
  if (field !== undefined) return { field, of: fold(argument) };
  if (catalogue.find(ref.name) !== undefined) {
    throw wrongForm(ref, 'wrong_form', 'takes no quoted text before the comparison');
  }
  throw unknownField(ref, catalogue);
}

function resolveSelector(ref: FieldRef, selector: string, catalogue: FieldCatalogue): Resolved {
  const field = catalogue.find(ref.name);
  if (field === undefined) throw unknownField(ref, catalogue);
  const segments = ref.name.split('.').length;
  if (field.kind === 'map' && ref.selector?.after === segments) return { field, of: selector };
  if (field.takes === 'instance' && ref.selector?.after === segments - 1) {
    return { field, of: fold(selector) };
  }
  const isPlace = field.takes === 'instance';
  const advice = isPlace
    ? 'takes its selector before the last part of its name'
    : 'has no instances to select';
  throw wrongForm(ref, 'wrong_form', advice);
}

function wrongForm(ref: FieldRef, code: 'wrong_form' | 'needs_key', advice: string): Refusal {
  return refuse({ code, what: `\`${shown(ref.name)}\``, span: ref.span, advice: `it ${advice}` });
}

function unknownField(ref: FieldRef, catalogue: FieldCatalogue, text?: TextMeant): Refusal {
  const names = catalogue.fields.flatMap((field) => [field.name, ...(field.aliases ?? [])]);
  const meant = suggest(ref.name, names);
  const what = `unknown field \`${shown(ref.name)}\``;
  const span = { start: ref.span.start, end: ref.span.start + ref.name.length };
  if (meant === undefined || ref.selector !== undefined) {
    const advice = meant === undefined ? 'quote it if it is meant as text' : `did you mean \`${meant}\`?`;
    const repair = meant === undefined && text !== undefined ? { ...text, replaced: text.span } : {};
    return refuse({ code: 'unknown_field', what, advice, ...repair, span });
  }
  return refuse({
    code: 'unknown_field',
    what,
    span,
    advice: `did you mean \`${meant}\`?`,
    replacement: meant,
  });
}
