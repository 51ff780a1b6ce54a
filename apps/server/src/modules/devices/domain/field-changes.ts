/** Fields that changed, by name, each with its value before and after. */
export type FieldChanges = Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;

/** Compares the named fields by value. */
export function changeOf<Fields extends object>(
  before: Fields,
  after: Partial<Fields>,
  names: readonly (keyof Fields & string)[],
): FieldChanges {
  const differing = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(
    differing.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  );
}

/** The payload of `device.updated`; undefined where nothing changed. */
export function updatedPayload(changes: FieldChanges) {
  const fields = Object.keys(changes);
  if (fields.length === 0) return undefined;
  const side = (which: 'before' | 'after') =>
    Object.fromEntries(fields.map((name) => [name, changes[name]?.[which]]));
  return { fields, before: side('before'), after: side('after') };
}
