import { type Field, predicateSql } from '@muster/query';

const NAME = { value: 'g.name', folded: 'lower(g.name collate "pg_c_utf8")' };

/** The groups of a device: static ones, smart ones, and those around them. */
export const MEMBERSHIP_FIELDS: readonly Field[] = [
  {
    name: 'group',
    kind: 'text',
    authority: 'operator',
    describe: 'A group that the device is in, or in a group inside it: group = "Web servers"',
    source: {
      from: 'rows',
      rows: 'muster.groups_of(d.id) as k(name)',
      joined: 'true',
      value: 'k.name',
    },
    touchedBy: ['group'],
    sql: ({ test, bind }) =>
      test.type === 'known'
        ? undefined
        : `d.id in (select muster.devices_in_groups(array(
            select g.id from groups g where g.deleted_at is null and ${predicateSql(NAME, test, bind)})))`,
  },
];
