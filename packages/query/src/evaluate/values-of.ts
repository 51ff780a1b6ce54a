import type { Target } from '../check/plan.ts';
import { fold } from '../values/fold.ts';
import type { DeviceRecord } from './device-record.ts';

/** The values of a field in a record, none where it is missing. */
export function valuesOf({ field, reading, of }: Target, record: DeviceRecord): readonly unknown[] {
  const raw = own(record, reading.property ?? field.name);
  if (reading.kind === 'map') return isObject(raw) && of !== undefined ? present([own(raw, of)]) : [];
  if (!Array.isArray(raw)) return present([raw]);
  const isNamed = field.takes !== undefined;
  if (!isNamed) return present(raw);
  const items = raw.filter(isObject);
  const chosen = of === undefined ? items : items.filter((item) => foldedName(item) === of);
  return present(chosen.map((item) => own(item, 'value')));
}

function foldedName(item: DeviceRecord): string | undefined {
  const name = own(item, 'of');
  return typeof name === 'string' ? fold(name) : undefined;
}

/** Never what an object inherits: `tag.constructor` is a key like any other. */
function own(record: DeviceRecord, property: string): unknown {
  return Object.hasOwn(record, property) ? record[property] : undefined;
}

function isObject(value: unknown): value is DeviceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function present(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== undefined && value !== null);
}
