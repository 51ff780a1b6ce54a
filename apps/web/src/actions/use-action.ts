import { useMutation } from '@tanstack/react-query';
import { notify, notifyFailure } from './notify.ts';
import type { Said } from './said.ts';

/** One thing a person can do, and how its end is told. */
export type Action<Input, Result> = {
  readonly run: (input: Input) => Promise<Result>;
  /** What is said when it worked; null when the page itself shows it plainly, as a new token does. */
  readonly said: (result: Result, input: Input) => Said | null;
  /** What is said when it did not: "Could not rename db-03". */
  readonly failed: (input: Input) => string;
  /** Done before anything is said, also when it failed half-way: reading anew what may have changed. */
  readonly after?: (result: Result | undefined, input: Input) => unknown;
};

/** Every change goes through here, so that each always says how it ended. */
export function useAction<Input = void, Result = unknown>(action: Action<Input, Result>) {
  return useMutation<Result, unknown, Input>({
    mutationFn: action.run,
    onSuccess: async (result, input) => {
      await action.after?.(result, input);
      const said = action.said(result, input);
      if (said) notify(said);
    },
    onError: async (error, input) => {
      await action.after?.(undefined, input);
      notifyFailure(action.failed(input), error);
    },
  });
}
