/** One thing that is wrong, at a place that a person can open. */
export interface Problem {
  /** Path from the root, with `:line` where there is one. */
  readonly at: string;
  readonly text: string;
}

/** Finds what is wrong in a tree. It changes nothing and needs nothing but the files. */
export type Rule = (root: string) => Problem[] | Promise<Problem[]>;

/** A rule with the name under which `npm run check` reports it. */
export interface Check {
  readonly name: string;
  readonly find: Rule;
}
