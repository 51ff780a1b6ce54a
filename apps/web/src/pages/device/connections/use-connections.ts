import type { Command, ConnectionSnapshot, Device } from '@muster/contracts';
import { useState } from 'react';
import { hasEnded } from '../../../actions/follow-command.ts';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { useAction } from '../../../actions/use-action.ts';
import { api } from '../../../api/client.ts';
import { useLiveView } from '../../../live/live.ts';

/** Where a look at the connections stands; nothing is asked before `look` is called. */
type Look = {
  readonly command: Command | undefined;
  readonly snapshot: ConnectionSnapshot | undefined;
  readonly isBusy: boolean;
  readonly look: () => void;
};

/** Asks the device for its connections when told to, and keeps the last answer while the page is open. */
export function useConnections(device: Device): Look {
  const [command, setCommand] = useState<Command>();
  const [snapshot, setSnapshot] = useState<ConnectionSnapshot>();
  const take = (now: Command) => {
    setCommand(now);
    if (now.state === 'succeeded') setSnapshot(now.result as ConnectionSnapshot);
  };
  useLiveView(command ? { view: 'command', commandId: command.id } : null, (message) => {
    if (message.type === 'command') take(message.command);
  });
  const ask = useAction({
    run: () => api.commands.run['network.connections']({ deviceId: device.id, payload: {} }),
    said: (asked) => {
      take(asked);
      return null;
    },
    failed: () => `Could not list the connections of ${nameOf(device)}`,
  });
  const isBusy = ask.isPending || (command !== undefined && !hasEnded(command));
  return { command, snapshot, isBusy, look: () => ask.mutate() };
}
