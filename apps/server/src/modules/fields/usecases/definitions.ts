import { type CustomField, type FieldId, MusterError, type OrgId } from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import { refuseTaken, type Tx } from '../../../platform/db/index.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import {
  type DefinitionRow,
  deleteDefinition,
  insertDefinition,
  listDefinitions,
  lockDefinition,
  toCustomField,
  writeDefinition,
} from '../db/definitions.ts';
import { deleteValues, LEVELS, readUsedTexts, writeValues } from '../db/values.ts';
import { readValue } from '../domain/custom-value.ts';
import type { FieldsDeps } from '../fields-deps.ts';

/** The definitions of the organisations in scope. */
export async function listFields(
  deps: FieldsDeps,
  actor: Actor,
  { orgId }: { readonly orgId?: OrgId | undefined },
): Promise<CustomField[]> {
  const scope = requirePermission(actor, 'devices:read');
  return (await deps.database.transaction(scope, (tx) => listDefinitions(tx, scope, orgId))).map(
    toCustomField,
  );
}

type Wanted = Omit<DefinitionRow, 'id' | 'orgId' | 'version'> & { readonly orgId?: OrgId | undefined };

/** An organisation has at most so many fields. */
const MOST_FIELDS = 200;

/** Defines a field, in the only organisation there is when none is named. */
export async function createField(deps: FieldsDeps, actor: Actor, input: Wanted): Promise<CustomField> {
  const scope = requirePermission(actor, 'fields:manage');
  const orgId = input.orgId ?? onlyOrg(scope);
  if (!coversOrg(scope, orgId))
    throw new MusterError('not_found', 'There is no such organisation.', { orgId });
  const row: DefinitionRow = { ...input, orgId, id: newId<FieldId>(), version: 1 };
  refuseUnsound(row);
  const made = await deps.database.transaction(scope, async (tx) => {
    if ((await listDefinitions(tx, scope, orgId)).length >= MOST_FIELDS)
      throw new MusterError('conflict', `An organisation has at most ${MOST_FIELDS} custom fields.`, {
        orgId,
      });
    await insertDefinition(tx, row).catch(
      refuseTaken('The organisation has a custom field with this key already; choose another key.', 'key'),
    );
    await writeDefault(tx, row);
    const { key, title, description, kind, choices, appliesTo, setBy, byDefault } = row;
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'field.created',
      target: { kind: 'field', id: row.id, name: row.key },
      after: { key, title, description, kind, choices, appliesTo, setBy, byDefault },
    });
    return getField(tx, scope, row.id);
  });
  await deps.catalogue.refresh();
  return toCustomField(made);
}

type Changeable = Pick<
  DefinitionRow,
  'title' | 'description' | 'choices' | 'appliesTo' | 'setBy' | 'byDefault'
>;
type Change = { readonly [Name in keyof Changeable]?: Changeable[Name] | undefined } & {
  readonly fieldId: FieldId;
  readonly ifMatch: string | undefined;
};

/** Changes a field; a choice goes only when nothing has it any more. */
export async function updateField(
  deps: FieldsDeps,
  actor: Actor,
  { fieldId, ifMatch, ...change }: Change,
): Promise<CustomField> {
  const scope = requirePermission(actor, 'fields:manage');
  const changed = await deps.database.transaction(scope, async (tx) => {
    const before = await getField(tx, scope, fieldId);
    demandCurrent(before.version, ifMatch, before.title);
    const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const wanted: DefinitionRow = { ...before, ...said };
    refuseUnsound(wanted);
    await writeDefinition(tx, wanted);
    if (wanted.byDefault !== before.byDefault) await writeDefault(tx, wanted);
    await refuseLostChoices(tx, wanted);
    const after = await getField(tx, scope, fieldId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: before.orgId,
      action: 'field.changed',
      target: { kind: 'field', id: fieldId, name: before.key },
      ...sidesOf(before, after, ['title', 'description', 'choices', 'appliesTo', 'setBy', 'byDefault']),
    });
    return after;
  });
  await deps.catalogue.refresh();
  return toCustomField(changed);
}

/** Removes a field that no smart group asks for, with its values. */
export async function removeField(
  deps: FieldsDeps,
  actor: Actor,
  { fieldId }: { readonly fieldId: FieldId },
): Promise<void> {
  const scope = requirePermission(actor, 'fields:manage');
  await deps.database.transaction(scope, async (tx) => {
    const { version, id, ...before } = await getField(tx, scope, fieldId);
    const groups = await deps.groups.askingFor(tx, before.orgId, `custom.${before.key}`);
    if (groups.length > 0) {
      const text = `The queries of ${groups.join(', ')} ask for custom.${before.key}; change those first.`;
      throw new MusterError('conflict', text, { groups });
    }
    await deleteDefinition(tx, id);
    await deps.audit.append(tx, {
      by: actor,
      orgId: before.orgId,
      action: 'field.removed',
      target: { kind: 'field', id, name: before.key },
      before,
    });
  });
  await deps.catalogue.refresh();
}

async function getField(tx: Tx, scope: Scope, fieldId: FieldId): Promise<DefinitionRow> {
  const field = await lockDefinition(tx, scope, fieldId);
  if (!field) throw new MusterError('not_found', 'There is no such custom field.', { fieldId });
  return field;
}

async function writeDefault(tx: Tx, field: DefinitionRow): Promise<void> {
  const at = { orgId: field.orgId, placeId: field.orgId, level: LEVELS.default };
  if (field.byDefault === null) await deleteValues(tx, at, [field.key]);
  else await writeValues(tx, at, [{ field, stored: readValue(field, field.byDefault) }]);
}

function refuseUnsound(field: DefinitionRow): void {
  const refuse = (text: string) => {
    throw new MusterError('invalid_input', text, { field: 'choices' });
  };
  if (field.kind === 'enum' && field.choices.length === 0) refuse('A field of kind enum needs choices.');
  if (field.kind !== 'enum' && field.choices.length > 0) refuse('Only a field of kind enum has choices.');
  // Queries do not tell upper from lower case.
  const folded = new Set(field.choices.map((choice) => choice.toLowerCase()));
  if (folded.size < field.choices.length) refuse('Two choices differ in nothing but upper and lower case.');
  if (field.byDefault !== null) readValue(field, field.byDefault);
}

async function refuseLostChoices(tx: Tx, field: DefinitionRow): Promise<void> {
  if (field.kind !== 'enum') return;
  const lost = (await readUsedTexts(tx, field.id)).filter((text) => !field.choices.includes(text));
  if (lost.length === 0) return;
  throw new MusterError('conflict', `${lost.join(', ')} of ${field.title} is still set somewhere.`, {
    field: 'choices',
    lost,
  });
}

function onlyOrg(scope: Scope): OrgId {
  const [orgId, another] = wholeOrgs(scope);
  if (orgId && !another) return orgId;
  throw new MusterError('invalid_input', 'Say in which organisation, with orgId.', { field: 'orgId' });
}
