import { type Command, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { isId } from '../../../platform/new-id.ts';
import type { UseCaseDeps } from '../command-deps.ts';
import { type CommandFilter, countCommands, listCommandRows } from '../db/commands.ts';
import { toCommand } from '../domain/to-command.ts';

/** Counting stops here; a larger number is told as inexact. */
const MOST_COUNTED = 1_000;
export type ListCommandsInput = CommandFilter & {
  readonly cursor?: string | undefined;
  readonly limit: number;
};
export type CommandPage = {
  items: Command[];
  next: string | null;
  count?: { value: number; exact: boolean };
};

/** Commands, newest first. The cursor is the last id of the page before. */
export async function listCommands(
  deps: Pick<UseCaseDeps, 'database' | 'clock'>,
  actor: Actor,
  input: ListCommandsInput,
): Promise<CommandPage> {
  const scope = requirePermission(actor, 'commands:read');
  const { cursor, limit, ...rest } = input;
  const filter = { ...rest, now: deps.clock.now() };
  if (cursor !== undefined && !isId(cursor)) {
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  }
  return await deps.database.transaction(scope, async (tx) => {
    const rows = await listCommandRows(tx, scope, { ...filter, before: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit).map(toCommand);
    const next = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
    if (cursor !== undefined) return { items, next };
    const value =
      next === null ? items.length : await countCommands(tx, scope, { ...filter, most: MOST_COUNTED + 1 });
    return { items, next, count: { value: Math.min(value, MOST_COUNTED), exact: value <= MOST_COUNTED } };
  });
}
