/** What proves more than one factor by itself, or was the second one: a provider that says so, and a passkey that asked for its person. */
const STRONG: ReadonlySet<string> = new Set(['totp', 'recovery', 'passkey', 'mfa']);

/** Whether these methods together are more than one factor. */
export function isMultiFactor(methods: readonly string[]): boolean {
  return methods.some((method) => STRONG.has(method));
}
