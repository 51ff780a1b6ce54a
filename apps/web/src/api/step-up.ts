import { toFailure } from './problem.ts';

// Something dangerous may demand a fresh proof of who asks. The request waits while the person proves it in a dialog,
// and is repeated once; several requests at a time wait for the same dialog.

/** A question to the person: by what they can prove it, and what becomes of it. */
export type StepUpAsk = {
  readonly methods: readonly string[];
  readonly settle: (isProved: boolean) => void;
};

const listeners = new Set<() => void>();
let asked: { readonly ask: StepUpAsk; readonly answer: Promise<boolean> } | undefined;

/** Repeats a request once the person has proved who they are; fails as before when they would rather not. */
export async function withStepUp<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    const { code, params } = toFailure(error);
    if (code !== 'step_up_required' || !(await askPerson(params.methods))) throw error;
    return request();
  }
}

/** The question that is open now, if any; for useSyncExternalStore. */
export const openStepUp = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  now: (): StepUpAsk | undefined => asked?.ask,
};

function askPerson(told: unknown): Promise<boolean> {
  if (asked) return asked.answer;
  const methods = Array.isArray(told) ? told.map(String) : ['password'];
  // Whom only a provider knows has nothing to prove it with here; the refusal says to sign in again.
  if (methods.length === 0) return Promise.resolve(false);
  let settle: StepUpAsk['settle'] = () => {};
  const answer = new Promise<boolean>((resolve) => {
    settle = (isProved) => {
      asked = undefined;
      resolve(isProved);
      tell();
    };
  });
  asked = { ask: { methods, settle }, answer };
  tell();
  return answer;
}

function tell(): void {
  for (const listener of listeners) listener();
}
