const LONGEST = 64;

/** The candidate that was probably meant: the same ending (`free`, `disk.free`) or a few slips away. */
export function suggest(written: string, candidates: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  return (
    closest(written, candidates) ?? candidates.find((candidate) => isPartOf(word, candidate.toLowerCase()))
  );
}

/** The candidate that is a few slips of the keyboard away: one for every three letters, at least one. */
export function closest(written: string, candidates: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  if (word.length > LONGEST || word === '') return undefined;
  const allowed = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly candidate: string; readonly slips: number } | undefined;
  for (const candidate of candidates) {
    const slips = distance(word, candidate.toLowerCase());
    if (slips <= allowed && (best === undefined || slips < best.slips)) best = { candidate, slips };
  }
  return best?.candidate;
}

function isPartOf(word: string, candidate: string): boolean {
  const segments = candidate.split('.');
  return word.length > 1 && (segments.includes(word) || (word.length > 2 && candidate.startsWith(word)));
}

/** Damerau-Levenshtein (optimal string alignment): insertions, deletions, replacements, neighbours swapped. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(current, column - 1) + 1,
        at(previous, column) + 1,
        at(previous, column - 1) + cost,
        swapped && row > 1 && column > 1 ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = previous;
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
