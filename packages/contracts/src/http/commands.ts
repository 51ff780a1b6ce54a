import { z } from 'zod';
import {
  COMMANDS,
  Command,
  type CommandName,
  CommandState,
  LONGEST_DELIVER_WITHIN_MS,
} from '../commands/index.ts';
import { CommandId, DeviceId } from '../ids/index.ts';
import { demands } from './base.ts';
import { PageInput, page } from './shapes.ts';

const RunOptions = z.object({
  deviceId: DeviceId,
  /** How long the command may wait for the device, in milliseconds; the catalogue's default when left out. */
  deliverWithinMs: z.number().int().min(1_000).max(LONGEST_DELIVER_WITHIN_MS).optional(),
  reason: z.string().max(500).optional(),
});

function runRoute<Name extends CommandName>(name: Name) {
  const entry = COMMANDS[name];
  return demands(entry.permission)
    .route({
      method: 'POST',
      path: `/devices/{deviceId}/commands/${name}`,
      summary: entry.title,
      description: entry.describe,
      successStatus: 202,
    })
    .input(RunOptions.extend({ payload: entry.payload as (typeof COMMANDS)[Name]['payload'] }))
    .output(Command);
}

type RunRoutes = { [Name in CommandName]: ReturnType<typeof runRoute<Name>> };

/** One route per catalogue entry, so that each carries its own permission and schema. */
const run = Object.fromEntries(
  (Object.keys(COMMANDS) as CommandName[]).map((name) => [name, runRoute(name)]),
) as RunRoutes;

export const commands = {
  run,
  catalogue: demands('commands:read')
    .route({ method: 'GET', path: '/commands/catalogue', summary: 'List what can be done to a device' })
    .output(
      z.object({
        commands: z.array(
          z.object({
            name: z.string(),
            version: z.number(),
            title: z.string(),
            describe: z.string(),
            permission: z.string(),
            level: z.string(),
            risk: z.string(),
            effect: z.string(),
            payload: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ),
  list: demands('commands:read')
    .route({ method: 'GET', path: '/commands', summary: 'List commands, newest first' })
    .input(
      PageInput.extend({
        deviceId: DeviceId.optional(),
        state: CommandState.optional(),
        name: z.string().max(100).optional(),
      }),
    )
    .output(page(Command)),
  get: demands('commands:read')
    .route({ method: 'GET', path: '/commands/{commandId}', summary: 'Get one command with its result' })
    .input(z.object({ commandId: CommandId }))
    .output(Command),
  cancel: demands('commands:cancel')
    .route({
      method: 'POST',
      path: '/commands/{commandId}/cancel',
      summary: 'Cancel a command that has not ended',
    })
    .input(z.object({ commandId: CommandId }))
    .output(Command),
};
