import type { z } from 'zod';
import { inventoryCollect } from './inventory.ts';
import { networkConnections } from './network.ts';
import { processKill, processList } from './process.ts';

export * from './define-command.ts';
export * from './inventory.ts';
export * from './ledger.ts';
export * from './network.ts';
export * from './process.ts';

/** Everything that can be done to a device. Permission checks, audit, API, executors, CLI and forms derive from it. */
export const COMMANDS = {
  'inventory.collect': inventoryCollect,
  'network.connections': networkConnections,
  'process.list': processList,
  'process.kill': processKill,
} as const;

export type CommandName = keyof typeof COMMANDS;
export type CommandPayload<Name extends CommandName> = z.input<(typeof COMMANDS)[Name]['payload']>;
export type CommandResult<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]['result']>;
