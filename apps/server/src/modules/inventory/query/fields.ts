import { INVENTORY, type InventoryCategory } from '@muster/contracts/inventory';
import { type Field, predicateSql, type SqlRequest, type ValueTest } from '@muster/query';
import { STANDING_FIELDS } from './standing-fields.ts';

/*
 * What inventory contributes to the device query. The general form, rows of one device after the other, would take
 * 50,000 look-ups; each field asks the other way round, from the dictionary or an index to the devices.
 */

type Bind = SqlRequest['bind'];

const NAME = { value: 't.name', folded: 't.name_folded' };

/** The titles that `where` chooses, and the range that a version test asks for, as the database's functions take them. */
function asked(where: string, test: ValueTest | undefined, bind: Bind): string {
  const { min, max } = test?.type === 'version' ? test : {};
  const end = (bound: typeof min) =>
    bound ? `${bind(bound.at, 'text')}, ${bound.inclusive}` : 'null::text, false';
  return `array(select t.id from muster.title_list t where ${where}), ${end(min)}, ${end(max)}`;
}

const among = (question: string) => `d.device_no in (select muster.devices_with_software(${question}))`;
const oneByOne = (question: string) => `muster.has_software(d.device_no, ${question})`;

/** Titles that are named are few, and read through a view; those of a wildcard may be on each device by the dozen. */
function ofTitles({ test, bind }: SqlRequest): string | undefined {
  if (test.type === 'known') return undefined;
  const where = predicateSql(NAME, test, bind);
  if (test.type !== 'same-folded') return among(asked(where, undefined, bind));
  return `d.device_no in (select s.device_no from muster.software_list s
    where s.title_id = any (array(select t.id from muster.title_list t where ${where})))`;
}

function versionsAsked({ test, of, bind }: SqlRequest): string | undefined {
  if (of === undefined || (test.type !== 'version' && test.type !== 'known')) return undefined;
  return asked(`t.name_folded = ${bind(of, 'text')}`, test, bind);
}

const titles: Field = {
  name: 'software',
  kind: 'text',
  authority: 'device',
  describe: 'The name of anything that is installed: software = openssl, software ~ ssl',
  source: {
    from: 'rows',
    rows: 'muster.software_of(d.device_no) as k(name, name_folded, version, sort_key)',
    joined: 'true',
    value: 'k.name',
    folded: 'k.name_folded',
  },
  property: 'software.titles',
  touchedBy: ['inventory.software'],
  sql: ofTitles,
  walked: ({ test, bind }) =>
    test.type === 'known' ? undefined : oneByOne(asked(predicateSql(NAME, test, bind), undefined, bind)),
};

const versions: Field = {
  name: 'software',
  touchedBy: ['inventory.software'],
  kind: 'version',
  takes: 'argument',
  authority: 'device',
  describe: 'The version of what is installed under a name: software "openssl" < 3.0.14',
  source: {
    from: 'rows',
    rows: 'muster.software_of(d.device_no) as k(name, name_folded, version, sort_key)',
    joined: 'true',
    value: 'k.version',
    sortKey: 'k.sort_key',
    of: 'k.name',
  },
  sql: (request) => {
    const question = versionsAsked(request);
    return question && among(question);
  },
  walked: (request) => {
    const question = versionsAsked(request);
    return question && oneByOne(question);
  },
};

/** When a category of a device last changed. */
function changed(category: InventoryCategory): Field {
  return {
    name: `changed.${category}`,
    touchedBy: [`inventory.${category}`],
    kind: 'time',
    authority: 'device',
    describe: `When ${INVENTORY[category].title.toLowerCase()} last changed`,
    source: {
      from: 'rows',
      rows: `muster.changes_of(d.device_no, '${category}') as k(changed_at)`,
      joined: 'true',
      value: 'k.changed_at',
    },
    sql: (request) => changedWithin(category, request),
    walked: (request) => changedAsFilter(category, request),
  };
}

function changedWithin(category: InventoryCategory, { test, bind }: SqlRequest): string | undefined {
  if (test.type !== 'time') return undefined;
  const end = (bound: typeof test.min) =>
    bound ? `${moment(bound, bind)}, ${bound.inclusive}` : 'null::timestamptz, false';
  return `d.device_no in (select muster.devices_changed('${category}', ${end(test.min)}, ${end(test.max)}))`;
}

/**
 * As a filter, so that the devices are walked in their order. Those that changed lately are few and gathered first; those
 * that did not for long are too many for that, and each device is asked.
 */
function changedAsFilter(category: InventoryCategory, request: SqlRequest): string | undefined {
  const { test, bind } = request;
  if (test.type !== 'time') return undefined;
  const { min, max } = test;
  if (min || !max) return `(${changedWithin(category, request)}) is true`;
  const isOld = `k.changed_at ${max.inclusive ? '<=' : '<'} ${moment(max, bind)}`;
  return `coalesce((select ${isOld} from muster.changes_of(d.device_no, '${category}') k), false)`;
}

type TimeTest = Extract<SqlRequest['test'], { readonly type: 'time' }>;

function moment({ at }: NonNullable<TimeTest['min']>, bind: SqlRequest['bind']): string {
  return 'at' in at
    ? bind(new Date(at.at).toISOString(), 'timestamptz')
    : `(now() - ${bind(at.agoMs, 'float8')} * interval '1 millisecond')`;
}

/** The fields that this module contributes to the catalogue. */
export const INVENTORY_FIELDS: readonly Field[] = [
  titles,
  versions,
  ...(Object.keys(INVENTORY) as InventoryCategory[]).map(changed),
  ...STANDING_FIELDS,
];
