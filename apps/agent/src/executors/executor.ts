import type { CommandName, CommandResult } from '@muster/contracts';
import type { COMMANDS } from '@muster/contracts/commands';
import type { z } from 'zod';
import type { Inventory } from '../inventory/inventory.ts';
import type { System } from '../os/os.ts';

/** The payload as the catalogue's schema leaves it: defaults are filled in. */
export type CheckedPayload<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]['payload']>;

export type ExecutorContext = {
  readonly system: System;
  readonly inventory: Pick<Inventory, 'collect'>;
  /** Aborted when the command is cancelled, or its time is over. */
  readonly signal: AbortSignal;
  /** Sends progress, which may be lost. */
  readonly emit: (progress: unknown) => void;
};

/** What one command does. It does not know that sockets exist. */
export type Executor<Name extends CommandName> = {
  run(payload: CheckedPayload<Name>, context: ExecutorContext): Promise<CommandResult<Name>>;
  /**
   * After a crash, for a command that must not run twice: looks whether it took effect. Undefined: that cannot be
   * found out. Every at-most-once command has one; a test compares with the catalogue.
   */
  reconcile?(payload: CheckedPayload<Name>, system: System): Promise<CommandResult<Name> | undefined>;
};

/** A failure that people should read; `code` is for programs. */
export class ExecutorError extends Error {
  override name = 'ExecutorError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Resolves after a while, or rejects with the reason as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
