import { type Command, ENDED_COMMAND_STATES } from '@muster/contracts';
import { EXIT, Failure } from './failure.ts';
import { openLive } from './live.ts';
import type { Session } from './session.ts';

/** Follows a command over the live socket to its end; a Failure tells every end but success. Ctrl-C leaves it running. */
export async function followCommand(session: Session, asked: Command): Promise<Command> {
  const live = await openLive(session.login, session.client);
  live.send({ type: 'watch', watch: 'cli', view: 'command', commandId: asked.id });
  for await (const message of live.messages) {
    if (message.type === 'error') throw new Failure(EXIT.failed, message.message);
    if (
      message.type !== 'command' ||
      !(ENDED_COMMAND_STATES as readonly string[]).includes(message.command.state)
    )
      continue;
    live.close();
    const { state, error, name, deviceName } = message.command;
    if (state === 'succeeded') return message.command;
    throw new Failure(
      EXIT.commandFailed,
      `${name} on ${deviceName} ended as ${state}${error ? `: ${error.message}` : ''}. \`muster commands show ${asked.id}\` has the record.`,
    );
  }
  throw new Failure(
    EXIT.unreachable,
    `The connection ended before the command did. \`muster commands show ${asked.id}\` tells how it goes on.`,
  );
}
