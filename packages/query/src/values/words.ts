import { containing, type Glob, matchesGlob } from './glob.ts';

/*
 * What separates words: ASCII punctuation and white space. Everything beyond ASCII belongs to a word. The
 * same characters three times: for JavaScript, without the wildcards, and for PostgreSQL.
 */
const SEPARATOR = /[\t\n\r -/:-@[-`{-~]/g;
const SEPARATOR_BUT_WILDCARD = /[\t\n\r -)+-/:->@[-`{-~]/g;

const SEPARATOR_IN_SQL =
  '[\\u0009\\u000a\\u000d\\u0020-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007e]';

/** Separators become spaces and a space stands at both ends, so that a word is what stands between two. */
function padWords(folded: string): string {
  return ` ${folded.replace(SEPARATOR, ' ')} `;
}

/** The same for what is searched: trimmed, and with `*` and `?` kept where they are wildcards. */
export function wordsOf(folded: string, keepsWildcards: boolean): string {
  return folded.replace(keepsWildcards ? SEPARATOR_BUT_WILDCARD : SEPARATOR, ' ').replace(/^ +| +$/g, '');
}

/** True where the text (folded) has words like the pattern (of `wordsOf`). */
export function matchesWords(glob: Glob, folded: string): boolean {
  const space = { type: 'literal', text: ' ' } as const;
  return matchesGlob(containing([space, ...glob, space]), padWords(folded));
}

/**
 * The pattern as PostgreSQL's regular expression. Literal text of `wordsOf` holds no ASCII punctuation, so
 * nothing in it has a meaning there.
 */
export function wordsExpression(glob: Glob): string {
  const inner = glob.map((piece) =>
    piece.type === 'many' ? '.*' : piece.type === 'one' ? '.' : piece.text.replaceAll(' ', SEPARATOR_IN_SQL),
  );
  return `(?:^|${SEPARATOR_IN_SQL})${inner.join('')}(?:$|${SEPARATOR_IN_SQL})`;
}
