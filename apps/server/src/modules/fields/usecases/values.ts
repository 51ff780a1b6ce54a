import {
  type CustomValue,
  type FieldAtPlace,
  type FieldPlaceKind,
  type FieldsOfPlace,
  MusterError,
  type Permission,
} from '@muster/contracts';
import { type Actor, coversOrg, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type DefinitionRow, listDefinitions } from '../db/definitions.ts';
import {
  deleteValues,
  findPlace,
  LEVELS,
  type NewValue,
  type PlaceRow,
  readValues,
  takeTurn,
  type ValueRow,
  writeValues,
} from '../db/values.ts';
import { readValue } from '../domain/custom-value.ts';
import type { FieldsDeps } from '../fields-deps.ts';

/** Which place is meant. */
export type PlaceInput = { readonly kind: FieldPlaceKind; readonly placeId: string };

const NOUN: Readonly<Record<FieldPlaceKind, string>> = {
  organisation: 'organisation',
  site: 'site',
  device: 'device',
};

/** All fields as they hold for a place, with what said so. */
export async function fieldsOf(deps: FieldsDeps, actor: Actor, input: PlaceInput): Promise<FieldsOfPlace> {
  const scope = requirePermission(actor, input.kind === 'device' ? 'devices:read' : 'organisations:read');
  return deps.database.transaction(scope, async (tx) => {
    const place = await getPlace(tx, scope, { ...input, whole: false });
    return describe(place, await listDefinitions(tx, scope, place.orgId), await readValues(tx, place));
  });
}

type SetInput = PlaceInput & {
  readonly values: Readonly<Record<string, CustomValue | null>>;
  readonly ifMatch: string | undefined;
};

/** Sets values at a place; null takes one away. All or none. */
export async function setFields(deps: FieldsDeps, actor: Actor, input: SetInput): Promise<FieldsOfPlace> {
  const permission: Permission = input.kind === 'device' ? 'devices:manage' : 'organisations:manage';
  const scope = requirePermission(actor, permission);
  if (!input.ifMatch)
    throw new MusterError('precondition_required', 'Send If-Match with the etag of the fields last read.');
  return deps.database.transaction(scope, async (tx) => {
    await takeTurn(tx, input.placeId);
    const place = await getPlace(tx, scope, { ...input, whole: true });
    const definitions = await listDefinitions(tx, scope, place.orgId);
    const rows = await readValues(tx, place);
    const current = etagOf(place, rows);
    if (input.ifMatch !== '*' && input.ifMatch !== current)
      throw new MusterError(
        'precondition_failed',
        `The fields of ${place.placeName} were changed by somebody else; read them again.`,
        { current },
      );
    const sides = await write(tx, { actor, place, definitions, rows }, input.values);
    if (Object.keys(sides.after).length > 0) {
      await deps.audit.append(tx, {
        by: actor,
        orgId: place.orgId,
        action: 'field.values_set',
        target: { kind: place.kind, id: place.placeId, name: place.placeName },
        ...sides,
      });
    }
    return describe(place, definitions, await readValues(tx, place));
  });
}

type Present = {
  readonly actor: Actor;
  readonly place: PlaceRow;
  readonly definitions: readonly DefinitionRow[];
  readonly rows: readonly ValueRow[];
};

async function write(tx: Tx, present: Present, values: SetInput['values']) {
  const { place, rows, actor } = present;
  const level = LEVELS[place.kind];
  const before: Record<string, CustomValue | null> = {};
  const after: Record<string, CustomValue | null> = {};
  const news: NewValue[] = [];
  const gone: string[] = [];
  for (const [key, raw] of Object.entries(values)) {
    const field = fieldNamed(present, key);
    const was = rows.find((row) => row.key === key && row.level === level)?.value ?? null;
    const stored = raw === null ? undefined : readValue(field, raw);
    const is = stored?.value ?? null;
    if (was === is) continue;
    if (stored) demandApplies(field, place.kind);
    demandMaySet(actor, field);
    before[key] = was;
    after[key] = is;
    if (stored) news.push({ field, stored });
    else gone.push(key);
  }
  const at = { orgId: place.orgId, placeId: place.placeId, level };
  await writeValues(tx, at, news);
  await deleteValues(tx, at, gone);
  return { before, after };
}

function fieldNamed({ definitions, place }: Present, key: string): DefinitionRow {
  const field = definitions.find((one) => one.key === key);
  if (field) return field;
  throw new MusterError('invalid_input', `${place.orgName} has no custom field ${key}.`, { field: key });
}

function demandApplies(field: DefinitionRow, kind: FieldPlaceKind): void {
  if (field.appliesTo.includes(kind)) return;
  const where = field.appliesTo.map((one) => `an ${NOUN[one]}`.replace(/^an (?![aeiou])/, 'a ')).join(' or ');
  throw new MusterError('invalid_input', `${field.title} is set for ${where}, not for a ${NOUN[kind]}.`, {
    field: field.key,
  });
}

/** Some fields take more than the right to change the place. */
function demandMaySet(actor: Actor, field: DefinitionRow): void {
  if (field.setBy === 'operator' || coversOrg(requirePermission(actor, 'fields:manage'), field.orgId)) return;
  throw new MusterError('forbidden', `Setting ${field.title} needs the permission fields:manage.`, {
    permission: 'fields:manage',
  });
}

async function getPlace(
  tx: Tx,
  scope: Scope,
  wanted: PlaceInput & { readonly whole: boolean },
): Promise<PlaceRow> {
  const place = await findPlace(tx, scope, wanted);
  if (place) return place;
  throw new MusterError('not_found', `There is no such ${NOUN[wanted.kind]}.`, { placeId: wanted.placeId });
}

function describe(
  place: PlaceRow,
  definitions: readonly DefinitionRow[],
  rows: readonly ValueRow[],
): FieldsOfPlace {
  const { kind, placeId, placeName, orgId } = place;
  const items = definitions.map((field): FieldAtPlace => {
    const { id, key, title, description, kind: type, choices, setBy, appliesTo } = field;
    const said = rows.find((row) => row.key === key);
    return {
      fieldId: id,
      key,
      title,
      description,
      kind: type,
      choices,
      setBy,
      applies: appliesTo.includes(kind),
      value: said?.value ?? null,
      origin: said ? originOf(place, said.level) : null,
    };
  });
  return { kind, placeId, placeName, orgId, items, etag: etagOf(place, rows) };
}

function originOf(place: PlaceRow, level: number): FieldAtPlace['origin'] {
  if (level === LEVELS.device) return { kind: 'device', placeId: place.placeId, placeName: place.placeName };
  if (level === LEVELS.site && place.siteId)
    return { kind: 'site', placeId: place.siteId, placeName: place.siteName ?? '' };
  const kind = level === LEVELS.organisation ? 'organisation' : 'default';
  return { kind, placeId: place.orgId, placeName: place.orgName };
}

/** Of what is set at the very place: a change above it is no reason to read it again. */
function etagOf(place: PlaceRow, rows: readonly ValueRow[]): string {
  const own = rows.filter(({ level }) => level === LEVELS[place.kind]);
  const text = JSON.stringify(own.map(({ key, value }) => [key, value]));
  return `"${new Bun.CryptoHasher('sha256').update(text).digest('hex').slice(0, 16)}"`;
}
