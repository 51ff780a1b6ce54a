/** A pattern: literal text, `many` (any run, also none) and `one` (any single character). */
export type Glob = readonly GlobPiece[];
/** One part of a pattern. */
type GlobPiece =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'many' }
  | { readonly type: 'one' };

type Wildcard = Exclude<GlobPiece, { type: 'literal' }>;

/** True where unquoted text holds a wildcard. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/** Reads `*` and `?` as wildcards and all else as itself. */
export function globOf(text: string): Glob {
  const parts = text.split(/([*?])/).filter((part) => part !== '');
  return parts.map((part) =>
    part === '*' ? { type: 'many' } : part === '?' ? { type: 'one' } : { type: 'literal', text: part },
  );
}

/** A pattern for text that contains the given one. */
export function containing(glob: Glob): Glob {
  return [{ type: 'many' }, ...glob, { type: 'many' }];
}

/** The pattern in SQL's LIKE, with `\` as the escape. */
export function likePattern(glob: Glob): string {
  return glob
    .map((piece) =>
      piece.type === 'many' ? '%' : piece.type === 'one' ? '_' : piece.text.replace(/[\\%_]/g, '\\$&'),
    )
    .join('');
}

/** Matches by code points, in time bounded by the product of both lengths. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const wanted = glob.flatMap<string | Wildcard>((piece) =>
    piece.type === 'literal' ? [...piece.text] : piece,
  );
  const given = [...text];
  let at = 0;
  let taken = 0;
  let retryAt = -1;
  let retryTaken = 0;
  while (taken < given.length) {
    const want = wanted[at];
    if (typeof want === 'object' && want.type === 'many') {
      at += 1;
      retryAt = at;
      retryTaken = taken;
    } else if (want !== undefined && (typeof want === 'object' || want === given[taken])) {
      at += 1;
      taken += 1;
    } else if (retryAt >= 0) {
      retryTaken += 1;
      at = retryAt;
      taken = retryTaken;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((want) => typeof want === 'object' && want.type === 'many');
}
