import { type Command, type CommandId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { UseCaseDeps } from '../command-deps.ts';
import { findCommand } from '../db/commands.ts';
import { toCommand } from '../domain/to-command.ts';

/** One command with its result. */
export async function getCommand(
  deps: Pick<UseCaseDeps, 'database' | 'clock'>,
  actor: Actor,
  input: { commandId: CommandId },
): Promise<Command> {
  const scope = requirePermission(actor, 'commands:read');
  const wanted = { id: input.commandId, now: deps.clock.now() };
  const row = await deps.database.transaction(scope, (tx) => findCommand(tx, scope, wanted));
  if (!row) throw new MusterError('not_found', 'There is no such command.', { commandId: input.commandId });
  return toCommand(row);
}
