/** A word as a shell reads it. */
export function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What an option is given: a word, several words, or nothing but its name; left out where undefined. */
export type LineOptions = Readonly<Record<string, string | number | true | readonly string[] | undefined>>;

/** The `muster` line of a command with its words and options, whatever signs are in them. */
export function musterLine(command: string, words: readonly string[], options: LineOptions = {}): string {
  const told = words.map(shellWord);
  const said = Object.entries(options).flatMap(([name, value]) => optionOf(name, value));
  // What begins with a dash is a word and no option only behind all options.
  const isDashed = words.some((word) => word.startsWith('-'));
  return ['muster', command, ...(isDashed ? [...said, '--', ...told] : [...told, ...said])].join(' ');
}

function optionOf(name: string, value: LineOptions[string]): string[] {
  if (value === undefined) return [];
  if (value === true) return [`--${name}`];
  if (typeof value === 'number') return [`--${name} ${value}`];
  return (typeof value === 'string' ? [value] : value).map((word) => `--${name} ${shellWord(word)}`);
}
