import type { SettingState } from '@muster/contracts';

/** What stands in a field: a switch, chosen roles and numbers are kept as text too, so that they compare. */
export function toDraft({ kind }: Pick<SettingState, 'kind'>, value: unknown): string {
  if (kind === 'text') return String(value ?? '');
  return kind === 'json' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
}

/** The value that a field stands for, or why it stands for none. The server's schema has the last word. */
export function readDraft(
  { kind }: Pick<SettingState, 'kind'>,
  draft: string,
): { readonly value: unknown } | { readonly error: string } {
  if (kind === 'text') return { value: draft };
  try {
    const value: unknown = JSON.parse(draft);
    if (kind === 'number' && typeof value !== 'number') return { error: 'This is a number.' };
    return { value };
  } catch {
    return { error: kind === 'number' ? 'This is a number.' : 'This is not JSON.' };
  }
}
