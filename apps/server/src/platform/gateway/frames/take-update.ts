import { create } from '@bufbuild/protobuf';
import { MusterError } from '@muster/contracts';
import { type CommandUpdate, type CommandUpdateAck, CommandUpdateAckSchema } from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import type { DeviceLink } from '../ports.ts';

/**
 * Takes what a device says of a command, and acknowledges it: after commit, or because no repetition would ever be
 * taken. It may be another device's word, or the device's own from before it was given to another organisation.
 */
export async function takeUpdate(
  context: GatewayContext,
  link: DeviceLink,
  update: CommandUpdate,
): Promise<CommandUpdateAck> {
  const { commandId, state } = update;
  try {
    await context.ports.commands.update(link, update);
  } catch (cause) {
    if (!(cause instanceof MusterError) || !NEVER_TAKEN.has(cause.code)) throw cause;
    context.metrics.faults.inc({ rule: 'foreign_command' });
    context.log.warn({ deviceId: link.deviceId, commandId: commandId.slice(0, 40) }, cause.message);
  }
  return create(CommandUpdateAckSchema, { commandId, state });
}

const NEVER_TAKEN: ReadonlySet<string> = new Set(['forbidden', 'invalid_input']);
