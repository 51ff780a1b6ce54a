import type { Field, SqlRequest } from '@muster/query';

/*
 * What protects a device, and how old its inventory is. As with software, an index is asked for the devices; the general
 * form asks one device after the other.
 */

const PROTECTED = {
  firewall: 'Whether a firewall of the device is on, off or partly on',
  encryption: 'Whether a volume of the device is encrypted',
  antivirus: 'Whether an antivirus of the device is on',
} as const;

function protection(kind: keyof typeof PROTECTED): Field {
  return {
    name: kind,
    kind: 'enum',
    values: ['on', 'off', 'partly', 'unknown'],
    authority: 'device',
    describe: PROTECTED[kind],
    touchedBy: ['inventory.security'],
    source: {
      from: 'rows',
      rows: `muster.protections_of(d.device_no, '${kind}') as k(state)`,
      joined: 'true',
      value: 'k.state',
    },
    sql: ({ test, bind }) => {
      if (test.type !== 'same') return undefined;
      const states = test.values.map((state) => bind(state, 'text')).join(', ');
      return `d.device_no in (select muster.devices_protected('${kind}', array[${states}]))`;
    },
  };
}

/** Told with each collection, so that a group of silent devices lets go of one that told again. */
const collected: Field = {
  name: 'inventory.collected',
  kind: 'time',
  authority: 'device',
  describe: 'When the device last looked at what it consists of: inventory.collected > 2d',
  touchedBy: ['inventory.collected'],
  source: {
    from: 'rows',
    rows: 'muster.collected_of(d.device_no) as k(collected_at)',
    joined: 'true',
    value: 'k.collected_at',
  },
  sql: ({ test, bind }: SqlRequest) => {
    if (test.type !== 'time') return undefined;
    const end = (bound: typeof test.min) => {
      if (!bound) return 'null::timestamptz, false';
      const place =
        'at' in bound.at
          ? bind(new Date(bound.at.at).toISOString(), 'timestamptz')
          : `(now() - ${bind(bound.at.agoMs, 'float8')} * interval '1 millisecond')`;
      return `${place}, ${bound.inclusive}`;
    };
    return `d.device_no in (select muster.devices_collected(${end(test.min)}, ${end(test.max)}))`;
  },
};

/** The fields of this kind. */
export const STANDING_FIELDS: readonly Field[] = [
  ...(Object.keys(PROTECTED) as (keyof typeof PROTECTED)[]).map(protection),
  collected,
];
