/**
 * Folds case character by character, as PostgreSQL's `lower(x collate "pg_c_utf8")` does: no context
 * (final sigma) and no expansion. An ingest that stores a folded column uses this.
 */
export function fold(text: string): string {
  let folded = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    folded += lower.length === character.length ? lower : String.fromCodePoint(lower.codePointAt(0) ?? 0);
  }
  return folded;
}
