/** Characters that a password has at least; the server also refuses common ones. */
export const MIN_PASSWORD = 12;

/** How many characters are missing. */
export function shortBy(password: string): number {
  return Math.max(0, MIN_PASSWORD - password.length);
}
