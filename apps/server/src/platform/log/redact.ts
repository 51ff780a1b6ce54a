const SECRET_KEY =
  /token|passw(or)?d|passphrase|secret|authorization|cookie|api[-_]?key|private[-_]?key|credential/i;
/** `tokenId`, `hasToken`, `tokens: 3`: the name says token, the value is none; nor is a process's `startToken`. */
const HARMLESS_KEY = /(Id|_id|Count|Ms|At|Hash)$|^startToken$/;
const REMOVED = '[redacted]';
const MAX_DEPTH = 12;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi;
const BEARER = /\b(bearer)\s+[\w.~+/=-]+/gi;

/**
 * A copy of `value` without secrets: whatever stands under a key that names one, at any depth, passwords inside URLs
 * and bearer tokens inside texts. Errors become plain objects with their causes.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new WeakSet());
}

/** Takes passwords in URLs and bearer tokens out of a text. */
export function scrubText(text: string): string {
  return text.replace(URL_PASSWORD, `$1:${REMOVED}@`).replace(BEARER, `$1 ${REMOVED}`);
}

function copy(value: unknown, depth: number, seen: WeakSet<object>): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return '[circular]';
  if (depth > MAX_DEPTH) return '[too deep]';
  seen.add(value);
  const plain = copyObject(value, depth, seen);
  seen.delete(value);
  return plain;
}

function copyObject(value: object, depth: number, seen: WeakSet<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((entry) => copy(entry, depth + 1, seen));
  if (value instanceof Headers || value instanceof Map) return copyEntries([...value.entries()], depth, seen);
  if (value instanceof Set) return [...value].map((entry) => copy(entry, depth + 1, seen));
  const entries = Object.entries(value);
  if (!(value instanceof Error)) return copyEntries(entries, depth, seen);
  const { name, message, stack, cause } = value;
  const own = entries.filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
  const shown: [string, unknown][] = [['type', name], ['message', message], ['stack', stack], ...own];
  return copyEntries(cause === undefined ? shown : [...shown, ['cause', cause]], depth, seen);
}

function copyEntries(
  entries: [unknown, unknown][],
  depth: number,
  seen: WeakSet<object>,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const name = String(key);
      const isSecret = SECRET_KEY.test(name) && !HARMLESS_KEY.test(name) && typeof value !== 'boolean';
      return [
        name,
        isSecret && value !== null && value !== undefined ? REMOVED : copy(value, depth + 1, seen),
      ];
    }),
  );
}
