/** A value of any shape, as one short piece of a line. */
export function told(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value !== 'object') return clip(String(value));
  if (Array.isArray(value)) return clip(value.map(told).join(' ')) || '–';
  const entries = Object.entries(value).map(([name, part]) => `${name}=${told(part)}`);
  return clip(entries.join(' ')) || '–';
}

const MOST = 200;

const clip = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
