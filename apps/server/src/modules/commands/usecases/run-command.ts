import {
  COMMANDS,
  type Command,
  type CommandId,
  type CommandName,
  type CommandPayload,
  type DeviceId,
  invalidInput,
  MusterError,
} from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import type { CommandTarget, UseCaseDeps } from '../command-deps.ts';
import { insertCommand, readQueue } from '../db/commands.ts';
import type { CommandRow } from '../db/commands-table.ts';
import { dueWhenSent } from '../domain/clocks.ts';
import { toCommand } from '../domain/to-command.ts';
import { sealCommand } from './seal-command.ts';

export type RunInput<Name extends CommandName = CommandName> = {
  readonly deviceId: DeviceId;
  readonly name: Name;
  readonly payload: CommandPayload<Name>;
  /** Milliseconds; the catalogue's default when left out. */
  readonly deliverWithinMs?: number | undefined;
  readonly reason?: string | undefined;
};

/**
 * Asks a device to do something: checks, draws a sequence, signs once, writes the row, and only then sends. The
 * signature is made under the device's row lock, which keeps sequence and floor in step; the signer answers in
 * microseconds as long as it lives in this process.
 */
export async function runCommand(deps: UseCaseDeps, actor: Actor, input: RunInput): Promise<Command> {
  const entry = COMMANDS[input.name];
  const scope = requirePermission(actor, entry.permission);
  const payload = parseInput(input);
  await deps.months.ensure();
  const row = await deps.database.transaction(scope, async (tx) => {
    const target = await getTarget(deps, tx, scope, input.deviceId);
    const queue = await readQueue(tx, input.deviceId, new Date(deps.clock.now()));
    const floor = queue.lowestOpen ?? target.sequence;
    // Straight to the socket, in one write less, unless something older waits: commands keep their order.
    const isSent = !queue.isWaiting && deps.nodes.isConnected(input.deviceId);
    const command = await buildRow(deps, actor, { input, payload, target, floor, isSent });
    await insertCommand(tx, command);
    await deps.audit.append(tx, {
      by: actor,
      orgId: target.orgId,
      action: 'command.requested',
      target: { kind: 'device', id: input.deviceId, name: target.name },
      after: {
        command: command.id,
        name: input.name,
        payload,
        ...(input.reason ? { reason: input.reason } : {}),
      },
    });
    return command;
  });
  deps.aftermath.due(row.dueAt ?? row.deliverBy);
  deps.aftermath.created(row);
  return toCommand(row);
}

function parseInput(input: RunInput): unknown {
  const parsed = COMMANDS[input.name].payload.safeParse(input.payload);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: ['payload', ...path], message }));
    throw invalidInput(issues, parsed.error);
  }
  return parsed.data;
}

async function getTarget(
  deps: UseCaseDeps,
  tx: Tx,
  scope: Scope,
  deviceId: DeviceId,
): Promise<CommandTarget> {
  const target = await deps.targets.nextCommandSequence(tx, scope, deviceId);
  if (!target) throw new MusterError('not_found', 'There is no such device.', { deviceId });
  if (target.lifecycle !== 'active') {
    throw new MusterError(
      'conflict',
      `${target.name} is ${target.lifecycle} and takes no commands; ${
        target.lifecycle === 'pending' ? 'approve it first' : 'only active devices do'
      }.`,
      { deviceId, lifecycle: target.lifecycle },
    );
  }
  return target;
}

type Draft = { input: RunInput; payload: unknown; target: CommandTarget; floor: bigint; isSent: boolean };

async function buildRow(deps: UseCaseDeps, actor: Actor, draft: Draft): Promise<CommandRow> {
  const { input, payload, target } = draft;
  const entry = COMMANDS[input.name];
  const id = newId<CommandId>();
  const createdAt = new Date(deps.clock.now());
  const deliverBy = new Date(createdAt.getTime() + (input.deliverWithinMs ?? entry.deliverWithinMs));
  const envelope = await sealCommand(deps.signer, {
    installationId: deps.installationId,
    commandId: id,
    deviceId: input.deviceId,
    sequence: target.sequence,
    floor: draft.floor,
    notBeforeMs: BigInt(createdAt.getTime()),
    deliverByMs: BigInt(deliverBy.getTime()),
    name: entry.name,
    version: entry.version,
    payload: new TextEncoder().encode(JSON.stringify(payload)),
    timeoutMs: entry.timeoutMs,
  });
  const person = actor.kind === 'person' ? actor : undefined;
  return {
    id,
    orgId: target.orgId,
    deviceId: input.deviceId,
    deviceName: target.name,
    sequence: target.sequence,
    name: entry.name,
    version: entry.version,
    state: draft.isSent ? 'sent' : 'queued',
    payload,
    envelope,
    result: null,
    errorCode: null,
    errorMessage: null,
    requestedBy: person?.userId ?? null,
    requestedByName: person?.name ?? null,
    reason: input.reason ?? null,
    timeoutMs: entry.timeoutMs,
    createdAt,
    deliverBy,
    sentAt: draft.isSent ? createdAt : null,
    receivedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: draft.isSent ? dueWhenSent(deliverBy) : deliverBy,
  };
}
