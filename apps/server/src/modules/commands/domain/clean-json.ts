/**
 * The value with text that PostgreSQL can hold: NUL and lone surrogates, which JSON allows and jsonb does not, become
 * U+FFFD. Returns the very same value where nothing had to change.
 */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) {
    const items = value.map(cleanJson);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const cleaned = entries.map(([key, item]) => [cleanText(key), cleanJson(item)] as const);
  const changed = cleaned.some(([key, item], index) => {
    const before = entries[index];
    return key !== before?.[0] || item !== before[1];
  });
  return changed ? Object.fromEntries(cleaned) : value;
}

/** Text without NUL and lone surrogates. */
export function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\ufffd');
}
