/** Versions longer than this are compared by their beginning. */
const LONGEST = 256;

/*
 * The classes of a part, in the order in which they sort at the same place. `end` lies between what makes
 * a version earlier (`1.4~x`, `1.4-rc1`) and what makes it later (`1.1.1a`, `1.4.1`).
 */
const CLASS = { tilde: 'A', early: 'B', end: 'C', word: 'D', number: 'E' } as const;

/* Words that come before the release, by rank. A word that is not listed comes after it, as in 1.1.1a. */
const EARLY: Readonly<Record<string, number>> = {
  dev: 0,
  nightly: 0,
  canary: 0,
  snapshot: 0,
  alpha: 1,
  beta: 2,
  pre: 3,
  preview: 3,
  rc: 4,
};

/**
 * Turns a version into text whose order by bytes (C collation) is the order of versions: numbers by value,
 * `~` and pre-release words before the end, other words after it, trailing zeros ignored (1.4 = 1.4.0),
 * separators ignored, an `epoch:` first, a leading `v` dropped. Holds only ASCII.
 */
export function versionSortKey(text: string): string {
  const lower = text.slice(0, LONGEST).toLowerCase().trim();
  const epoch = /^(\d+):/.exec(lower)?.[1] ?? '0';
  const version = lower.replace(/^\d+:/, '').replace(/^v(?=\d)/, '');
  const parts = version.match(/\d+|[a-z]+|~/g) ?? [];
  const kept = parts.filter((part, index) => !isIdleZero(parts, part, index));
  return encodeNumber(epoch) + kept.map(encodePart).join('') + CLASS.end;
}

/** A zero counts only if another number that is not zero follows before the next word or the end. */
function isIdleZero(parts: readonly string[], part: string, index: number): boolean {
  if (!/^0+$/.test(part)) return false;
  const next = parts.slice(index + 1).find((candidate) => !/^0+$/.test(candidate));
  return next === undefined || !/^\d/.test(next);
}

function encodePart(part: string): string {
  if (part === '~') return CLASS.tilde;
  if (/^\d/.test(part)) return CLASS.number + encodeNumber(part);
  const rank = Object.hasOwn(EARLY, part) ? EARLY[part] : undefined;
  return rank === undefined ? CLASS.word + part : CLASS.early + rank;
}

/* Length first, then digits: one digit of length up to 9, above that a letter and three digits. */
function encodeNumber(digits: string): string {
  const significant = digits.replace(/^0+/, '');
  const { length } = significant;
  return (length < 10 ? String(length) : `a${String(length).padStart(3, '0')}`) + significant;
}
