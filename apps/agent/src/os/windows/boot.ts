import { createHash } from 'node:crypto';
import { kernel32 } from './native/kernel32.ts';
import { queryProcessTable } from './native/ntdll.ts';
import { findBootMark, parseProcessTable } from './tables/process-table.ts';

let known: string | undefined;

/** Id of this boot, in the form of a UUID; asked of the system once, since a process cannot outlive it. */
export function bootId(): string {
  if (known !== undefined) return known;
  const mark = findBootMark(parseProcessTable(queryProcessTable()));
  if (mark === undefined) throw new Error('the Service Control Manager is not among the processes');
  const hex = createHash('sha256').update(`muster/windows-boot/${mark}`).digest('hex');
  known = [0, 8, 12, 16, 20].map((from, index) => hex.slice(from, [8, 12, 16, 20, 32][index])).join('-');
  return known;
}

/** Since boot, sleep included. */
export function uptimeMs(): number {
  return Number(kernel32.GetTickCount64());
}
