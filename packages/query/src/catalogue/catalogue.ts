import { fold } from '../values/fold.ts';
import type { Field, FieldKind } from './field.ts';

/** Whether a name stands alone (with or without selector) or before quoted text. */
type FieldForm = 'plain' | 'argument';

/** All fields of an installation, looked up by folded name or alias. */
export type FieldCatalogue = {
  readonly fields: readonly Field[];
  readonly freeText: readonly Field[];
  readonly find: (name: string, form?: FieldForm) => Field | undefined;
};

const NAME = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/;
const SEARCHABLE: ReadonlySet<FieldKind> = new Set(['text', 'enum', 'version', 'ip']);

/** Puts the fields of all modules together; throws on a duplicate or on a field that contradicts itself. */
export function createCatalogue(fields: readonly Field[]): FieldCatalogue {
  const byName = new Map<string, Field>();
  for (const field of fields) {
    for (const name of [field.name, ...(field.aliases ?? [])]) {
      const key = `${formOf(field)} ${name}`;
      if (!NAME.test(name)) throw new Error(`query field \`${name}\`: not a field name`);
      if (byName.has(key)) throw new Error(`query field \`${name}\` is contributed twice`);
      byName.set(key, field);
    }
  }
  const find = (name: string, form: FieldForm = 'plain') => byName.get(`${form} ${fold(name)}`);
  for (const field of fields) refuseContradiction(field, find);
  return Object.freeze({ fields, freeText: fields.filter((field) => field.freeText === true), find });
}

function formOf(field: Field): FieldForm {
  return field.takes === 'argument' ? 'argument' : 'plain';
}

function refuseContradiction(field: Field, find: FieldCatalogue['find']): void {
  const wrong = contradictionOf(field);
  if (wrong !== undefined) throw new Error(`query field \`${field.name}\`: ${wrong}`);
  const other = field.otherwise;
  if (other !== undefined && find(other)?.kind !== 'text') {
    throw new Error(`query field \`${field.name}\`: \`otherwise\` names no text field: \`${other}\``);
  }
}

function contradictionOf(field: Field): string | undefined {
  if (field.kind === 'enum' && (field.values ?? []).length === 0) return 'an enum needs values';
  if (field.freeText === true && !SEARCHABLE.has(field.kind))
    return `${field.kind} cannot be searched as text`;
  for (const { kind, source } of [field, ...(field.also ?? [])]) {
    if (source.from === 'json' && kind !== 'map') return 'a json source is for maps';
    if (kind === 'map' && source.from === 'column') return 'a map needs a json or rows source';
    if (source.from !== 'json' && kind === 'version' && source.sortKey === undefined) {
      return 'a version needs a sort key';
    }
    const named = kind === 'map' || field.takes !== undefined;
    if (named && source.from === 'rows' && source.of === undefined) return 'the rows lack `of`';
    if (field.takes !== undefined && source.from !== 'rows') return 'instances and arguments need rows';
  }
  return undefined;
}
