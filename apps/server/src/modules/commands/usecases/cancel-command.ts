import { type Command, type CommandId, MusterError, type OrgId } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { UseCaseDeps } from '../command-deps.ts';
import { findCommand, lockRecords } from '../db/commands.ts';
import type { CommandRow } from '../db/commands-table.ts';
import { writeChanges } from '../db/write-changes.ts';
import type { CommandChange } from '../domain/command-record.ts';
import { endedEvents } from '../domain/ended-events.ts';
import { isEnded, next } from '../domain/state-machine.ts';
import { toCommand } from '../domain/to-command.ts';

/**
 * Stops a command. One that never left the server ends at once; one that its device may have becomes `cancelling` until
 * the device says how it ended. Cancelling twice is the same as once.
 */
export async function cancelCommand(
  deps: UseCaseDeps,
  actor: Actor,
  input: { commandId: CommandId },
): Promise<Command> {
  const scope = requirePermission(actor, 'commands:cancel');
  const row = await deps.database.transaction(scope, (tx) => cancelRow(deps, tx, { actor, scope, ...input }));
  if (isEnded(row.state)) deps.events.committed();
  else deps.aftermath.cancelWanted(row.deviceId, row.id);
  deps.watches.changed([row.id]);
  return toCommand(row);
}

type Wish = { actor: Actor; scope: Scope; commandId: CommandId };

async function cancelRow(deps: UseCaseDeps, tx: Tx, { actor, scope, commandId }: Wish): Promise<CommandRow> {
  // Row-level security knows the organisation only; the rest of the scope is asked before anything is changed.
  const wanted = { id: commandId, now: deps.clock.now() };
  const isOurs = (await findCommand(tx, scope, wanted)) !== undefined;
  const [record] = isOurs ? await lockRecords(tx, [commandId]) : [];
  if (!record) throw new MusterError('not_found', 'There is no such command.', { commandId });
  if (isEnded(record.state)) {
    throw new MusterError('conflict', `The command has ended already: it ${describe(record.state)}.`, {
      commandId,
      state: record.state,
    });
  }
  const state = next(record.state, 'cancel');
  if (state !== record.state) {
    const hasEnded = isEnded(state);
    const change: CommandChange = {
      from: record.state,
      to: {
        ...record,
        state,
        endedAt: hasEnded ? new Date(deps.clock.now()) : null,
        dueAt: hasEnded ? null : record.dueAt,
      },
    };
    await writeChanges(tx, [change]);
    await deps.events.appendMany(
      tx,
      endedEvents([change], actor.kind === 'person' ? actor.userId : undefined),
    );
  }
  const row = await findCommand(tx, scope, wanted);
  if (!row) throw new MusterError('not_found', 'There is no such command.', { commandId });
  await deps.audit.append(tx, {
    by: actor,
    orgId: row.orgId as OrgId,
    action: 'command.cancelled',
    target: { kind: 'command', id: commandId, name: `${row.name} on ${row.deviceName}` },
    before: { state: record.state },
    after: { state },
  });
  return row;
}

function describe(state: string): string {
  return state === 'succeeded' || state === 'failed' ? state : `was ${state}`;
}
