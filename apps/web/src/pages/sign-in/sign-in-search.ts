/** Where to go after signing in: a path of this very console; and why a provider sent the person back. */
export type SignInSearch = { to?: string; problem?: string };

/** Reads it from a URL; what leads out of the console is left out. */
export function readSignInSearch({ to, problem }: Readonly<Record<string, unknown>>): SignInSearch {
  return {
    ...(typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {}),
    ...(typeof problem === 'string' ? { problem } : {}),
  };
}
