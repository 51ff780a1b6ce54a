/** Somebody's browser, as far as redirects, cookies and forms go. Sites share no cookies. */
export interface Visitor {
  /** Follows redirects from there until the console, or a page that wants something, is reached. */
  visit(address: string, init?: RequestInit): Promise<{ readonly url: URL; readonly page: string }>;
  /** One request; redirects are left to whoever asks. */
  ask(address: string, init?: RequestInit): Promise<Response>;
  /** Cookies of a host, by name. */
  cookies(host: string): ReadonlyMap<string, string>;
}

/** A browser that trusts the authority, and nobody's cookies but each site's own. */
export function aVisitor(authority: string): Visitor {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (host: string) => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const ask = async (address: string, init: RequestInit = {}) => {
    const { host } = new URL(address);
    const cookie = [...jarOf(host)].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie ? { cookie } : {}) };
    const answer = await fetch(address, { ...init, headers, redirect: 'manual', tls: { ca: authority } });
    for (const line of answer.headers.getSetCookie()) keep(jarOf(host), line);
    return answer;
  };
  const visit: Visitor['visit'] = async (address, init) => {
    let at = address;
    let answer = await ask(at, init);
    for (let hops = 0; hops < 15; hops++) {
      const location = answer.headers.get('location');
      if (!location) return { url: new URL(at), page: await answer.text() };
      at = new URL(location, at).href;
      answer = await ask(at);
    }
    throw new Error(`redirects without end at ${at}`);
  };
  return { ask, visit, cookies: jarOf };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const name = pair.slice(0, pair.indexOf('='));
  const ends = attributes.find((one) => /^expires=/i.test(one))?.slice(8);
  if (ends !== undefined && Date.parse(ends) <= Date.now()) jar.delete(name);
  else jar.set(name, pair.slice(name.length + 1));
}
