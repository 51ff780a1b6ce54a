import { LONGEST_DELIVER_WITHIN_MS } from '@muster/contracts';
import type { Command } from 'commander';
import { parseDuration } from './durations.ts';

const LONGEST_DAYS = LONGEST_DELIVER_WITHIN_MS / 86_400_000;

/** What can be said about every command for a device. */
export type RunOptions = { readonly reason?: string; readonly deliverWithin?: string };

export function withRunOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why; kept with the command and in the audit log')
    .option('--deliver-within <time>', 'how long it may wait for the device, such as 30s, 10m or 7d');
}

/** The options as the API takes them. */
export function readRunOptions({ reason, deliverWithin }: RunOptions) {
  return {
    reason,
    deliverWithinMs:
      deliverWithin === undefined
        ? undefined
        : parseDuration(deliverWithin, '--deliver-within', LONGEST_DAYS),
  };
}
