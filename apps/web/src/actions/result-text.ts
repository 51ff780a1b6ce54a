import type { Command, CommandResult } from '@muster/contracts';

/** What came of a command, in a sentence; undefined where the result says nothing that a sentence could. */
export function resultText(command: Command): string | undefined {
  if (command.result === null || command.name !== 'process.kill') return undefined;
  const { ended, forced, alreadyGone } = command.result as CommandResult<'process.kill'>;
  if (alreadyGone) return 'The process was gone already.';
  if (!ended) return 'The process still runs.';
  return forced ? 'The process ended, and had to be forced.' : 'The process ended by itself when asked.';
}
