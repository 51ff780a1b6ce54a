const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** What people call the program that a user agent belongs to: Firefox on Windows. */
export function browserName(userAgent: string): string {
  const find = (list: readonly (readonly [string, string])[]) =>
    list.find(([part]) => userAgent.includes(part))?.[1];
  const browser = find(BROWSERS);
  // A program of its own, such as the command line, says its name first.
  if (!browser) return userAgent.split(/[ /]/)[0] || 'an unknown program';
  const system = find(SYSTEMS);
  return system ? `${browser} on ${system}` : browser;
}
