/*
 * PostgreSQL's text and jsonb hold neither NUL nor half of a surrogate pair; JSON and a careless machine may bring both.
 * What a person sends is refused with its place (`findUnstorable`); what a machine reports is kept as far as it goes,
 * with U+FFFD in their stead, so that two texts that differ hardly ever become one.
 */

const REPLACEMENT = '\ufffd';

/** The text as it can be stored, cut to `most` UTF-16 units. A pair that is cut in half leaves U+FFFD. */
export function storableText(text: string, most = Number.POSITIVE_INFINITY): string {
  const cut = text.slice(0, most);
  return isStorable(cut) ? cut : cut.toWellFormed().replaceAll('\0', REPLACEMENT);
}

/** A value of JSON with every text in it as it can be stored, names of properties too. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [storableText(name), storableJson(inner)]),
  );
}

/** The path to the first text in a value of JSON that cannot be stored; undefined where all can. */
export function findUnstorable(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (!isStorable(name)) return [storableText(name)];
    const within = findUnstorable(inner);
    if (within) return [name, ...within];
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
