import { z } from 'zod';

/** Who can set what a query asks for, from the least trusted up (packages/query, Field.authority). */
export const AUTHORITIES = ['device', 'operator', 'server'] as const;
export type Authority = (typeof AUTHORITIES)[number];

/** A field that a policy can set; every one is a whole number. */
export type PolicyFieldDeclared = {
  readonly title: string;
  readonly describe: string;
  readonly unit: 'seconds';
  readonly min: number;
  readonly max: number;
  /** What holds where no policy says anything. */
  readonly byDefault: number;
  /** A smart group may carry it only where everything that its query asks for is said by this authority or above. */
  readonly needs: Authority;
  /** Fields of device queries that move with it: a group that asks for them may not set it for its own devices. */
  readonly moves: readonly string[];
};

/** What policies set. Whoever adds a field enforces it in the same change. */
export const POLICY_FIELDS = {
  checkInInterval: {
    title: 'Check-in interval',
    describe:
      'How often a device reports its minutes, and calls while its connection is lost. Above 240 seconds its latest numbers are missing from lists and queries between two reports.',
    unit: 'seconds',
    min: 30,
    max: 3_600,
    byDefault: 60,
    needs: 'device',
    moves: ['status', 'reason', 'last_seen', 'cpu', 'memory', 'network', 'disk.free', 'disk.used'],
  },
  offlineLimit: {
    title: 'Offline limit',
    describe:
      'For how long a device may be silent before it is offline; never less than three check-in intervals.',
    unit: 'seconds',
    min: 60,
    max: 604_800,
    byDefault: 180,
    needs: 'device',
    moves: ['status', 'reason'],
  },
  inventoryInterval: {
    title: 'Inventory interval',
    describe: 'How often a device looks at what it consists of; a tenth sooner or later.',
    unit: 'seconds',
    min: 900,
    max: 604_800,
    byDefault: 21_600,
    needs: 'device',
    moves: [],
  },
  keyMaxAge: {
    title: 'Age of a device key',
    describe: 'A device changes a key that is older for a new one, when it is next connected.',
    unit: 'seconds',
    min: 86_400,
    max: 157_680_000,
    byDefault: 31_536_000,
    needs: 'device',
    moves: [],
  },
} as const satisfies Readonly<Record<string, PolicyFieldDeclared>>;

export type PolicyField = keyof typeof POLICY_FIELDS;
export const PolicyField = z.enum(Object.keys(POLICY_FIELDS) as [PolicyField, ...PolicyField[]]);

const value = ({ min, max }: PolicyFieldDeclared) => z.number().int().min(min).max(max).optional();

/** What one policy sets; what is left out is left to others. */
export const PolicyValues = z.strictObject({
  checkInInterval: value(POLICY_FIELDS.checkInInterval),
  offlineLimit: value(POLICY_FIELDS.offlineLimit),
  inventoryInterval: value(POLICY_FIELDS.inventoryInterval),
  keyMaxAge: value(POLICY_FIELDS.keyMaxAge),
} satisfies Record<PolicyField, z.ZodType>);
export type PolicyValues = z.infer<typeof PolicyValues>;

/** What holds for one device. */
export type EffectiveValues = Readonly<Record<PolicyField, number>>;

/** A value for every field: the one given, else the default. */
export function effectiveValues(given: PolicyValues | null | undefined): EffectiveValues {
  const names = Object.keys(POLICY_FIELDS) as PolicyField[];
  return Object.fromEntries(
    names.map((name) => [name, given?.[name] ?? POLICY_FIELDS[name].byDefault]),
  ) as EffectiveValues;
}
