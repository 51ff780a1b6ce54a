import type { Command, CommandId, CommandName } from '@muster/contracts';
import type { Actor } from '../../../platform/actor.ts';
import type { CommandPage, ListCommandsInput } from './list-commands.ts';
import type { RunInput } from './run-command.ts';

/** What people and other modules may do with commands; each checks the actor's rights by itself. */
export interface CommandUseCases {
  run<Name extends CommandName>(actor: Actor, input: RunInput<Name>): Promise<Command>;
  get(actor: Actor, input: { commandId: CommandId }): Promise<Command>;
  list(actor: Actor, input: ListCommandsInput): Promise<CommandPage>;
  cancel(actor: Actor, input: { commandId: CommandId }): Promise<Command>;
}
