import type { CustomField, CustomKind, FieldPlaceKind, OrgId } from '@muster/contracts';
import { musterLine } from '../../../actions/muster-line.ts';
import { PLACES, toValue } from '../../../places/field-draft.ts';

/** What a form says about a custom field. */
export type FieldDraft = {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly kind: CustomKind;
  readonly choices: readonly string[];
  readonly appliesTo: readonly FieldPlaceKind[];
  readonly byDefault: string;
  readonly isForAdministrators: boolean;
  readonly orgId: OrgId | undefined;
};

/** The `muster` line that defines a field as a form says. */
export function defineFieldLine(draft: FieldDraft): string {
  return musterLine('fields define', [draft.key || 'KEY'], {
    kind: draft.kind,
    title: draft.title,
    description: draft.description || undefined,
    choice: draft.kind === 'enum' ? draft.choices : undefined,
    for: draft.appliesTo.length === PLACES.length ? undefined : draft.appliesTo,
    default: defaultWord(draft),
    administrators: draft.isForAdministrators || undefined,
    org: draft.orgId,
  });
}

/** The `muster` line that changes of a field what a form says otherwise; undefined where that is nothing. */
export function changeFieldLine(field: CustomField, draft: FieldDraft): string | undefined {
  const now = defaultWord(draft);
  const isAnother = now !== (field.byDefault === null ? undefined : String(field.byDefault));
  const isFor = draft.isForAdministrators ? 'administrator' : 'operator';
  const isSetByAnother = isFor !== field.setBy;
  const changes = {
    title: draft.title === field.title ? undefined : draft.title,
    description: draft.description === field.description ? undefined : draft.description,
    choice: isSame(draft.choices, field.choices) ? undefined : draft.choices,
    for: isSame(draft.appliesTo, field.appliesTo) ? undefined : draft.appliesTo,
    default: isAnother ? now : undefined,
    'no-default': isAnother && now === undefined ? (true as const) : undefined,
    administrators: isSetByAnother && draft.isForAdministrators ? (true as const) : undefined,
    'no-administrators': isSetByAnother && !draft.isForAdministrators ? (true as const) : undefined,
  };
  if (Object.values(changes).every((value) => value === undefined)) return undefined;
  return musterLine('fields change', [field.key], { ...changes, org: draft.orgId });
}

/** The default as the API would be sent it. */
function defaultWord({ kind, byDefault }: FieldDraft): string | undefined {
  const value = toValue(kind, byDefault);
  return value === null ? undefined : String(value);
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index]);
