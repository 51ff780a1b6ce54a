import type { Command } from '@muster/contracts';
import type { Database } from '../../platform/db/index.ts';
import { readCommands } from './db/commands.ts';
import { toCommand } from './domain/to-command.ts';

/** One item of a command's progress stream. Not kept anywhere. */
export type CommandProgress = { readonly number: number; readonly payload: unknown };

/** Somebody who looks at one command. */
export type CommandWatcher = {
  onChange(command: Command): void;
  onProgress(progress: CommandProgress): void;
};

/** The command that is looked at, as far as progress needs to know it. */
export type WatchedCommand = { readonly id: string; readonly deviceId: string; readonly name: string };

/** Who looks at which command, in this process. */
export interface CommandWatches {
  watch(command: WatchedCommand, watcher: CommandWatcher): () => void;
  /** The commands changed and that is committed. Reads those that somebody looks at, all in one query. */
  changed(ids: readonly string[]): void;
  /** The command, if anybody looks at it: progress of the others is dropped unread. */
  find(commandId: string): WatchedCommand | undefined;
  progressed(commandId: string, progress: CommandProgress): void;
}

export type CommandWatchesDeps = {
  readonly database: Database;
  readonly onError: (error: unknown, part: string) => void;
};

export function createCommandWatches({ database, onError }: CommandWatchesDeps): CommandWatches {
  const watched = new Map<string, { command: WatchedCommand; watchers: Set<CommandWatcher> }>();
  let pending = new Set<string>();
  let isReading = false;

  const read = async () => {
    isReading = true;
    while (pending.size > 0) {
      const ids = [...pending];
      pending = new Set();
      try {
        const rows = await database.system('command watches', (tx) => readCommands(tx, ids));
        for (const row of rows) {
          for (const watcher of watched.get(row.id)?.watchers ?? []) watcher.onChange(toCommand(row));
        }
      } catch (error) {
        onError(error, 'command watches');
      }
    }
    isReading = false;
  };
  return {
    watch: (command, watcher) => {
      const entry = watched.get(command.id) ?? { command, watchers: new Set() };
      watched.set(command.id, entry);
      entry.watchers.add(watcher);
      return () => {
        entry.watchers.delete(watcher);
        if (entry.watchers.size === 0 && watched.get(command.id) === entry) watched.delete(command.id);
      };
    },
    find: (commandId) => watched.get(commandId)?.command,
    changed: (ids) => {
      for (const id of ids) if (watched.has(id)) pending.add(id);
      if (pending.size > 0 && !isReading) void read();
    },
    progressed: (commandId, progress) => {
      for (const watcher of watched.get(commandId)?.watchers ?? []) watcher.onProgress(progress);
    },
  };
}
