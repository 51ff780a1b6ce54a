import type { Command, CommandId } from '@muster/contracts';
import { COMMAND_CATALOGUE, ENDED_COMMAND_STATES } from '../api/contract.gen.ts';
import { queryClient } from '../api/query-client.ts';
import { live } from '../live/live.ts';
import { notify } from './notify.ts';
import { commandRecord } from './records.tsx';
import { resultText } from './result-text.ts';

/** Survives a reload of the page: what was asked for is told about when it ends, wherever the person is. */
const STORED_UNDER = 'muster.followed-commands';
const followed = new Map<string, () => void>();

/** True for a command that has reached one of its ends. */
export function hasEnded({ state }: Pick<Command, 'state'>): boolean {
  return (ENDED_COMMAND_STATES as readonly string[]).includes(state);
}

/** What the catalogue calls a command. */
export function commandTitle(name: string): string {
  return name in COMMAND_CATALOGUE ? COMMAND_CATALOGUE[name as keyof typeof COMMAND_CATALOGUE].title : name;
}

/** Tells how the command ended, once it has. */
export function followCommand(commandId: CommandId): void {
  if (followed.has(commandId)) return;
  const stop = live.watch({ view: 'command', commandId }, (message) => {
    if (message.type === 'error' && message.code === 'not_found') forget(commandId);
    if (message.type !== 'command' || !hasEnded(message.command)) return;
    forget(commandId);
    tellEnd(message.command);
  });
  followed.set(commandId, stop);
  store();
}

/** Follows again what was followed before the page was loaded anew. */
export function resumeFollowing(): void {
  const stored: unknown = JSON.parse(window.sessionStorage.getItem(STORED_UNDER) ?? '[]');
  if (Array.isArray(stored))
    for (const id of stored) if (typeof id === 'string') followCommand(id as CommandId);
}

function forget(commandId: string): void {
  followed.get(commandId)?.();
  followed.delete(commandId);
  store();
}

function store(): void {
  window.sessionStorage.setItem(STORED_UNDER, JSON.stringify([...followed.keys()]));
}

function tellEnd(command: Command): void {
  void queryClient.invalidateQueries({ queryKey: [['commands']] });
  const text = command.error?.message ?? resultText(command);
  notify({
    title: `${commandTitle(command.name)} on ${command.deviceName}: ${command.state}`,
    ...(text === undefined ? {} : { text }),
    // A person wanted it so: that is no failure.
    tone: command.state === 'succeeded' ? 'good' : command.state === 'cancelled' ? 'plain' : 'bad',
    record: commandRecord(command.id),
  });
}
