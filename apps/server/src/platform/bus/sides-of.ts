/** Of two states of a thing, those of the fields that differ: the `before` and `after` of an audit row. */
export function sidesOf<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T)[],
): { before: Partial<T>; after: Partial<T> } {
  const sides: { before: Partial<T>; after: Partial<T> } = { before: {}, after: {} };
  for (const field of fields) {
    if (JSON.stringify(before[field]) === JSON.stringify(after[field])) continue;
    sides.before[field] = before[field];
    sides.after[field] = after[field];
  }
  return sides;
}
