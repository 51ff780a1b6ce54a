import type { FieldCatalogue } from '../catalogue/catalogue.ts';
import type { Field } from '../catalogue/field.ts';
import { type Resolved, resolveField } from '../check/resolve.ts';
import { Refusal } from '../error.ts';
import type { FieldRef } from '../syntax/ast.ts';
import { needsQuotes } from '../syntax/chips.ts';
import { quote } from '../syntax/print.ts';
import { fold } from '../values/fold.ts';
import { type Context, contextAt } from './context.ts';
import { OPERATORS_OF, SAMPLES_OF } from './operators.ts';

/** One proposal: what is shown, and what replaces the text from `from` to `to`. */
export type CompletionItem = {
  readonly kind: 'field' | 'operator' | 'value' | 'keyword';
  readonly label: string;
  readonly insert: string;
  readonly detail?: string;
};

/** The proposals for a place in a query, the likeliest first. */
export type Completion = {
  readonly from: number;
  readonly to: number;
  readonly items: readonly CompletionItem[];
};

/** What is asked of whoever knows the fleet: values of a field (`of` its key), or keys of a map. */
export type ValueRequest = {
  readonly wants: 'values' | 'keys';
  readonly field: Field;
  readonly of?: string;
  readonly prefix: string;
};

/** Answers from the fleet; an empty list where it knows nothing. */
export type ValueSource = (request: ValueRequest) => Promise<readonly string[]> | readonly string[];

const MOST_ITEMS = 50;

/** Proposes what can stand at an offset of a query, which need not be complete or right. */
export async function complete(
  text: string,
  offset: number,
  catalogue: FieldCatalogue,
  values: ValueSource = () => [],
): Promise<Completion> {
  const context = contextAt(text.slice(0, offset));
  if (context === undefined) return { from: offset, to: offset, items: [] };
  const items = await itemsFor(context, catalogue, values);
  const behind = /^[^\s()",=!<>~:[\]]*/.exec(text.slice(offset))?.[0] ?? '';
  const to = context.prefix === '' ? offset : offset + behind.length;
  const isSpaced = text[to] === ' ';
  const shownItems = items.slice(0, MOST_ITEMS);
  const fitted = isSpaced
    ? shownItems.map((item) => ({ ...item, insert: item.insert.trimEnd() }))
    : shownItems;
  return { from: context.from, to, items: fitted };
}

async function itemsFor(
  context: Context,
  catalogue: FieldCatalogue,
  values: ValueSource,
): Promise<readonly CompletionItem[]> {
  switch (context.at) {
    case 'term':
      return [...(await termItems(context.prefix, catalogue, values)), ...keywords(context)];
    case 'operator': {
      const resolved = resolve(context.field, catalogue);
      if (resolved === undefined) return keywords({ prefix: context.prefix, followsTerm: true });
      const operators = operatorItems(resolved.field, context.prefix);
      if (operators.length > 0) return operators;
      return [
        ...(await termItems(context.prefix, catalogue, values)),
        ...keywords({ ...context, followsTerm: true }),
      ];
    }
    case 'value':
      return valueItems(context, catalogue, values);
  }
}

async function termItems(
  prefix: string,
  catalogue: FieldCatalogue,
  values: ValueSource,
): Promise<readonly CompletionItem[]> {
  const map = mapNamed(prefix, catalogue);
  if (map !== undefined) {
    const written = prefix.slice(map.name.length + 1);
    const keys = await values({ wants: 'keys', field: map, prefix: written });
    return matching(keys, written).map((key) => {
      const insert = /^[\w-]+$/.test(key) ? `${map.name}.${key} ` : `${map.name}[${quote(key)}] `;
      return { kind: 'field', label: insert.trim(), insert, detail: map.describe };
    });
  }
  const names = matching(catalogue.fields.flatMap(namesOf), prefix);
  const fields = new Set(names.map((name) => catalogue.find(name) ?? catalogue.find(name, 'argument')));
  return [...fields].flatMap((field) => (field === undefined ? [] : [fieldItem(field)]));
}

function mapNamed(prefix: string, catalogue: FieldCatalogue): Field | undefined {
  return catalogue.fields.find((field) => field.kind === 'map' && fold(prefix).startsWith(`${field.name}.`));
}

function namesOf(field: Field): readonly string[] {
  return [field.name, ...(field.aliases ?? [])];
}

function fieldItem(field: Field): CompletionItem {
  const after = field.kind === 'map' ? '.' : field.takes === 'argument' ? ' "' : ' ';
  return { kind: 'field', label: field.name, insert: field.name + after, detail: field.describe };
}

function keywords({
  prefix,
  followsTerm,
}: {
  prefix: string;
  followsTerm: boolean;
}): readonly CompletionItem[] {
  const words = followsTerm ? ['and', 'or', 'not'] : ['not'];
  const fitting = words.filter((word) => word.startsWith(prefix.toLowerCase()));
  return fitting.map((word) => ({ kind: 'keyword', label: word, insert: `${word} ` }));
}

function operatorItems(field: Field, prefix: string): readonly CompletionItem[] {
  const wanted = prefix.toLowerCase().replace(/\s+/g, ' ');
  const readings = [field, ...(field.also ?? [])];
  const hints = new Map(
    readings.flatMap(({ kind }) => OPERATORS_OF[kind].map((hint) => [hint.operator, hint])),
  );
  return [...hints.values()]
    .filter(({ operator }) => operator.startsWith(wanted))
    .map(({ operator, detail }) => ({ kind: 'operator', label: operator, insert: `${operator} `, detail }));
}

async function valueItems(
  context: Extract<Context, { at: 'value' }>,
  catalogue: FieldCatalogue,
  values: ValueSource,
): Promise<readonly CompletionItem[]> {
  const resolved = resolve(context.field, catalogue);
  if (resolved === undefined) return [];
  const { field, of } = resolved;
  const { prefix, opensSet } = context;
  const fixed = field.values ?? [field, ...(field.also ?? [])].flatMap(({ kind }) => SAMPLES_OF[kind] ?? []);
  const asksFleet = field.values === undefined && fixed.length === 0;
  const request: ValueRequest = { wants: 'values', field, prefix, ...(of === undefined ? {} : { of }) };
  const known = asksFleet ? await values(request) : fixed;
  const opening = opensSet && field.kind !== 'ip' ? '(' : '';
  return matching(known, prefix).map((value) => ({
    kind: 'value',
    label: value,
    insert: opening + (needsQuotes(value) ? quote(value) : value),
  }));
}

/** Those that begin with the prefix, then those that contain it. */
function matching(candidates: readonly string[], prefix: string): readonly string[] {
  const wanted = fold(prefix);
  const beginning = candidates.filter((candidate) => fold(candidate).startsWith(wanted));
  const containing = candidates.filter((candidate) => fold(candidate).indexOf(wanted) > 0);
  return [...beginning, ...containing];
}

function resolve(ref: FieldRef, catalogue: FieldCatalogue): Resolved | undefined {
  try {
    return resolveField(ref, catalogue);
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined;
    throw thrown;
  }
}
