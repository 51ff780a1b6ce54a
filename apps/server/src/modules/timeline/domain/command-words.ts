import { COMMANDS, type CommandState, type TimelineEntry } from '@muster/contracts';
import type { Words } from './event-words.ts';
import { told } from './told.ts';

/** A command, as far as its line tells of it. */
export type CommandRow = {
  readonly id: string;
  readonly name: string;
  readonly state: CommandState;
  readonly payload: unknown;
  readonly errorMessage: string | null;
  readonly reason: string | null;
};

const TONES: Readonly<Record<CommandState, TimelineEntry['tone']>> = {
  queued: null,
  sent: null,
  received: null,
  running: null,
  cancelling: null,
  succeeded: 'good',
  failed: 'bad',
  refused: 'bad',
  expired: 'warning',
  cancelled: null,
  interrupted: 'warning',
};

/** What was asked, how it ended, and why it was asked. */
export function wordsOfCommand({ id, name, state, payload, errorMessage, reason }: CommandRow): Words {
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS].title : name;
  const parts = [
    errorMessage ? `${state}: ${errorMessage}` : state,
    ...(told(payload) === '–' ? [] : [told(payload)]),
    ...(reason ? [`because: ${reason}`] : []),
  ];
  return { title: known, detail: parts.join(' · '), tone: TONES[state], link: `/commands/${id}` };
}
