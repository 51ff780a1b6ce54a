import { type Field, fieldsOf, type Plan, type Source } from '@muster/query';

/** A word for all that moves by itself. */
export const CLOCK = 'clock';

/** What changes the answer of a plan, in the words in which changes are queued. */
export function touchesOf(plan: Plan): ReadonlySet<string> {
  return new Set(fieldsOf(plan).flatMap((field) => [...touchesOfField(field)]));
}

function touchesOfField(field: Field): readonly string[] {
  if (field.touchedBy) return field.touchedBy;
  const readings = [field.source, ...(field.also ?? []).map(({ source }) => source)];
  return readings.flatMap(columnsIn);
}

/** The columns of the device's row that a source names, as `d.hostname`. */
function columnsIn(source: Source): string[] {
  const texts =
    source.from === 'json'
      ? [source.object]
      : [source.value, ...(source.from === 'rows' ? [source.rows] : [])];
  return texts.flatMap((text) => [...text.matchAll(/\bd\.([a-z_]+)/g)].map(([, column = '']) => column));
}

/** The metrics whose crossing is queued, by the words in which it is. */
const METRICS: ReadonlySet<string> = new Set([
  'cpu_percent',
  'memory_percent',
  'network_bits_per_second',
  'disk',
]);

/** Numbers that a plan compares metrics with. */
export function thresholdsOf(plan: Plan): { readonly metric: string; readonly value: number }[] {
  if (plan.type === 'not') return thresholdsOf(plan.term);
  if (plan.type === 'and' || plan.type === 'or') return plan.terms.flatMap(thresholdsOf);
  if (plan.type !== 'test') return [];
  const { target, test } = plan;
  const metric = touchesOfField(target.field).find((touch) => METRICS.has(touch));
  if (!metric) return [];
  // Whether there is a value at all is told without a number.
  if (test.type !== 'number') return [{ metric, value: 0 }];
  // What is used is the rest of what is free, and free space is what is kept.
  const isUsed = target.field.name === 'disk.used';
  return [test.min?.at, test.max?.at]
    .filter((at) => at !== undefined)
    .map((at) => ({ metric, value: isUsed ? 100 - at : at }));
}
