import type { RawRoute } from './raw-route.ts';

/** Finds the raw route of a request and the values of its path. */
export type RawRouter = (
  method: string,
  pathname: string,
) => { route: RawRoute; params: Record<string, string> } | undefined;

type Entry = { readonly route: RawRoute; readonly pattern: RegExp };

/** Routes are tried in the order given; HEAD finds what GET would. */
export function createRawRouter(routes: readonly RawRoute[]): RawRouter {
  const entries: Entry[] = routes.map((route) => ({ route, pattern: toPattern(route.path) }));
  return (method, pathname) => {
    for (const { route, pattern } of entries) {
      if (!accepts(route.method, method)) continue;
      const match = pattern.exec(pathname);
      if (match) return { route, params: decode(match.groups ?? {}) };
    }
    return undefined;
  };
}

function accepts(wanted: RawRoute['method'], method: string): boolean {
  return wanted === 'ANY' || wanted === method || (wanted === 'GET' && method === 'HEAD');
}

function toPattern(path: string): RegExp {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:([a-z]\w*)/gi, '(?<$1>[^/]+)')
    .replace(/\/\*$/, '/(?<rest>.*)');
  return new RegExp(`^${source}$`);
}

function decode(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [name === 'rest' ? '*' : name, safeDecode(value)]),
  );
}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
