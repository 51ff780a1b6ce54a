import { MusterError } from '@muster/contracts';

/** The etag of a version, quoted as HTTP wants it. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Throws precondition_failed for a change that is based on another version than the present one. */
export function demandCurrent(version: number, ifMatch: string | undefined, name: string): void {
  const current = etagOf(version);
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === current) return;
  throw new MusterError('precondition_failed', `${name} was changed by somebody else; read it again.`, {
    current,
  });
}
