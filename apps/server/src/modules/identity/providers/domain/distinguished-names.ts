/** The parts of a distinguished name, folded so that equal names are equal text. A backslash keeps a comma in its part. */
function partsOf(dn: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < dn.length; at++) {
    const letter = dn.charAt(at);
    if (letter === '\\') part += letter + dn.charAt(++at);
    else if (letter === ',') {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part].map((one) =>
    one
      .trim()
      .replace(/\s*=\s*/, '=')
      .toLowerCase(),
  );
}

/** Whether an entry lies below the base, or is the base. */
export function liesBelow(dn: string, base: string): boolean {
  const inner = partsOf(dn);
  const outer = partsOf(base);
  return inner.length >= outer.length && sameParts(inner.slice(inner.length - outer.length), outer);
}

/** Whether a mapping's group is this entry: by its distinguished name, or by the common name alone. */
export function namesGroup(wanted: string, dn: string): boolean {
  const parts = partsOf(dn);
  if (/^[a-z][a-z0-9-]*\s*=/i.test(wanted)) return sameParts(partsOf(wanted), parts);
  return parts[0] === `cn=${wanted.toLowerCase()}`;
}

function sameParts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}
