/** What separates words: ASCII punctuation and white space. Everything beyond ASCII belongs to a word. */
export const SEPARATORS = '\t\n\r!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const SEPARATOR = /[\t\n\r!-/:-@[-`{-~]/g;
const SEPARATOR_BUT_WILDCARD = /[\t\n\r!-)+-/:->@[-`{-~]/g;

/** Separators become spaces and a space stands at both ends, so that a word is what stands between two. */
export function padWords(folded: string): string {
  return ` ${folded.replace(SEPARATOR, ' ')} `;
}

/** The same for what is searched: trimmed, and with `*` and `?` kept where they are wildcards. */
export function wordsOf(folded: string, keepsWildcards: boolean): string {
  return folded.replace(keepsWildcards ? SEPARATOR_BUT_WILDCARD : SEPARATOR, ' ').replace(/^ +| +$/g, '');
}
