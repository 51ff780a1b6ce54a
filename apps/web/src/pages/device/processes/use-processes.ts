import { useDocumentVisibility } from '@mantine/hooks';
import type { Command, Device, ProcessSnapshot } from '@muster/contracts';
import { useEffect, useState } from 'react';
import { hasEnded } from '../../../actions/follow-command.ts';
import { api } from '../../../api/client.ts';
import { useLiveView } from '../../../live/live.ts';

const WATCH = { durationMs: 600_000, intervalMs: 2_000 } as const;

/** Where the listing of processes stands. */
export type Listing = {
  readonly snapshot: ProcessSnapshot | undefined;
  /** The command that lists; undefined before the server took it. */
  readonly command: Command | undefined;
  /** Why the server did not take it. */
  readonly error: unknown;
  readonly retry: () => void;
};

/** Asks the device to list its processes again and again, for as long as somebody looks. */
export function useProcesses(device: Device): Listing {
  const [command, setCommand] = useState<Command>();
  const [snapshot, setSnapshot] = useState<ProcessSnapshot>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const isVisible = useDocumentVisibility() === 'visible';
  const isThere =
    device.lifecycle === 'active' && device.presence !== 'offline' && device.presence !== 'unknown';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks anew for the same.
  useEffect(() => {
    if (!isThere) return;
    let isOver = false;
    let asked: Command | undefined;
    const end = () => {
      // It ends by itself at the latest when its time is up.
      if (asked) api.commands.cancel({ commandId: asked.id }).catch(() => undefined);
    };
    setError(undefined);
    api.commands.run['process.list']({ deviceId: device.id, payload: { watch: WATCH } }).then(
      (taken) => {
        asked = taken;
        if (isOver) end();
        else setCommand(taken);
      },
      (refusal: unknown) => {
        if (!isOver) setError(refusal);
      },
    );
    return () => {
      isOver = true;
      end();
    };
  }, [device.id, isThere, round]);
  useLiveView(command ? { view: 'command', commandId: command.id } : null, (message) => {
    if (message.type === 'progress') setSnapshot(message.payload as ProcessSnapshot);
    if (message.type !== 'command') return;
    setCommand(message.command);
    if (message.command.result !== null) setSnapshot(message.command.result as ProcessSnapshot);
  });
  const retry = () => setRound((before) => before + 1);
  const isDone = command?.state === 'succeeded' && hasEnded(command);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `retry` is new each time.
  useEffect(() => {
    if (isDone && isVisible) retry();
  }, [isDone, isVisible]);
  return { snapshot, command, error, retry };
}
