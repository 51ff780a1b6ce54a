/** Text by path from the root. */
export type Written = ReadonlyMap<string, string>;

/**
 * Something that writes files which are committed. `output` names what it owns, a file or a folder with a trailing
 * slash; below it nothing else is kept. `generate` returns the whole of that and writes nothing itself, needs no
 * network, and returns the same text for the same sources.
 */
export interface Generator {
  readonly name: string;
  readonly output: string;
  readonly generate: (root: string) => Promise<Written>;
}
