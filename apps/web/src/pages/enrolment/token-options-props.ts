import type { TokenChoice } from './token-input.ts';

/** What the choices of a token work on. */
export type TokenOptionsProps = {
  readonly options: TokenChoice;
  readonly onChange: (options: TokenChoice) => void;
  readonly hosts: readonly string[];
};
