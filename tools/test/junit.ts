/** A test that did not run, with the reason in its title, which is empty where the title gives none. */
export interface Skipped {
  readonly title: string;
  readonly reason: string;
}

/** What one test file came to. */
export interface Counts {
  readonly passed: number;
  /** Their titles. */
  readonly failed: readonly string[];
  readonly skipped: readonly Skipped[];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const TEST_CASE = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** A title may end with the reason for its skip: `… [skipped: no root on this machine]`. */
const REASON = /\[skipped: (.+)\]\s*$/;

/** Counts by file from a report in the form that `bun test --reporter=junit` writes. */
export function readJunit(xml: string): Map<string, Counts> {
  const files = new Map<string, Counts>();
  for (const [, attributes = '', body = ''] of xml.matchAll(TEST_CASE)) {
    const file = readAttribute(attributes, 'file');
    const title = readAttribute(attributes, 'name');
    const before = files.get(file) ?? { passed: 0, failed: [], skipped: [] };
    files.set(file, add(before, title, body));
  }
  return files;
}

function add(before: Counts, title: string, body: string): Counts {
  if (body.includes('<skipped')) {
    const reason = REASON.exec(title)?.[1] ?? '';
    return { ...before, skipped: [...before.skipped, { title: title.replace(REASON, '').trim(), reason }] };
  }
  const failed = /<(failure|error)\b/.test(body);
  return failed ? { ...before, failed: [...before.failed, title] } : { ...before, passed: before.passed + 1 };
}

function readAttribute(attributes: string, name: string): string {
  const raw = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return raw.replaceAll(
    /&(?:#(\d+)|(\w+));/g,
    (whole, code: string | undefined, entity: string | undefined) =>
      code ? String.fromCodePoint(Number(code)) : (ENTITIES[entity ?? ''] ?? whole),
  );
}
