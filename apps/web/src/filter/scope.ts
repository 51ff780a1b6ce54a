import { useLocalStorage } from '@mantine/hooks';
import { parse, quote } from '@muster/query';
import { withTerm } from './query-chips.ts';

// What the scope switcher has chosen: `site:<id>` or `org:<id>`; nothing for everything that one may see.

const SCOPE = /^(site|org):([0-9a-f-]{36})$/;

/** The scope in a URL; undefined for what is none. */
export function readScope(value: unknown): string | undefined {
  return typeof value === 'string' && SCOPE.test(value) ? value : undefined;
}

/** The query, narrowed to the scope. What cannot be read stays as it is, for the server to say where. */
export function inScope(query: string, scope: string | undefined): string {
  const [, kind, id = ''] = SCOPE.exec(scope ?? '') ?? [];
  if (kind === undefined || !parse(query).ok) return query;
  return withTerm(query, `${kind === 'site' ? 'site.id' : 'organisation.id'} = ${quote(id)}`);
}

/** The scope that was chosen last in this browser; empty for none. */
export function useRememberedScope() {
  return useLocalStorage({ key: 'muster.scope', defaultValue: '', getInitialValueInEffect: false });
}
