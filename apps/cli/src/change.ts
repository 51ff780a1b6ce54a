import type { Command } from 'commander';
import { EXIT, Failure } from './failure.ts';

/** Hands a change on unless it changes nothing; the Failure names what the command could have been told. */
export function requireChange<Change extends object>(change: Change, command: Command): Change {
  if (Object.values(change).some((value) => value !== undefined)) return change;
  const options = command.options
    .map(({ long }) => long)
    .filter((long) => long !== '--json' && long !== '--org');
  throw new Failure(EXIT.usage, `Say what to change, with ${options.join(', ')}.`);
}
