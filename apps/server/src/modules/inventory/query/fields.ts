import { INVENTORY, type InventoryCategory } from '@muster/contracts/inventory';
import { type Field, predicateSql, type SqlRequest, type ValueTest } from '@muster/query';

/*
 * What inventory contributes to the device query. The general form, rows of one device after the other, would take
 * 50,000 look-ups; each field asks the other way round, from the dictionary or an index to the devices.
 */

type Bind = SqlRequest['bind'];

const NAME = { value: 't.name', folded: 't.name_folded' };

/** Devices on which one of the titles is installed that `where` chooses, in the range that a version test asks for. */
function devicesWith(where: string, test: ValueTest | undefined, bind: Bind): string {
  const { min, max } = test?.type === 'version' ? test : {};
  const end = (bound: typeof min) =>
    bound ? `${bind(bound.at, 'text')}, ${bound.inclusive}` : 'null::text, false';
  return `d.device_no in (select muster.devices_with_software(
    array(select t.id from muster.title_list t where ${where}), ${end(min)}, ${end(max)}))`;
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
  sql: ({ test, bind }) =>
    test.type === 'known' ? undefined : devicesWith(predicateSql(NAME, test, bind), undefined, bind),
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
  sql: ({ test, of, bind }) =>
    of !== undefined && (test.type === 'version' || test.type === 'known')
      ? devicesWith(`t.name_folded = ${bind(of, 'text')}`, test, bind)
      : undefined,
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
    sql: ({ test, bind }) => {
      if (test.type !== 'time') return undefined;
      const place = (bound: NonNullable<typeof test.min>) =>
        'at' in bound.at
          ? bind(new Date(bound.at.at).toISOString(), 'timestamptz')
          : `(now() - ${bind(bound.at.agoMs, 'float8')} * interval '1 millisecond')`;
      const end = (bound: typeof test.min) =>
        bound ? `${place(bound)}, ${bound.inclusive}` : 'null::timestamptz, false';
      return `d.device_no in (select muster.devices_changed('${category}', ${end(test.min)}, ${end(test.max)}))`;
    },
  };
}

/** The fields that this module contributes to the catalogue. */
export const INVENTORY_FIELDS: readonly Field[] = [
  titles,
  versions,
  ...(Object.keys(INVENTORY) as InventoryCategory[]).map(changed),
];
