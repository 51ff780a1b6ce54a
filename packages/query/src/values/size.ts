const PREFIXES = ['', 'k', 'm', 'g', 't', 'p'];

/** Reads `10GB` (powers of 1000), `4GiB` (powers of 1024), `512B` or `512` as bytes. */
export function readSize(text: string): number | undefined {
  const match = /^(\d{1,16}(?:\.\d{1,9})?)(?:([kmgtp]?)(i?)b)?$/i.exec(text);
  if (match === null) return undefined;
  const [, amount = '', prefix = '', binary = ''] = match;
  if (prefix === '' && binary !== '') return undefined;
  const power = PREFIXES.indexOf(prefix.toLowerCase());
  const bytes = Math.round(Number(amount) * (binary === '' ? 1000 : 1024) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
