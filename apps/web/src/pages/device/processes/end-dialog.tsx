import { Radio, Stack, Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { useState } from 'react';
import { ConfirmDialog } from '../../../actions/confirm-dialog.tsx';
import { followCommand } from '../../../actions/follow-command.ts';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { commandRecord } from '../../../actions/records.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { api } from '../../../api/client.ts';
import type { ProcessLine } from './arrange.ts';

const GRACE_MS = 5_000;

type EndDialogProps = {
  readonly device: Device;
  readonly process: ProcessLine;
  readonly bootId: string;
  readonly onClose: () => void;
};

/** Asks how a process is to be ended. How it did end is told when it has. */
export function EndDialog({ device, process, bootId, onClose }: EndDialogProps) {
  const [graceMs, setGraceMs] = useState(GRACE_MS);
  const { pid, startToken, name } = process;
  const end = useAction({
    run: () =>
      api.commands.run['process.kill']({
        deviceId: device.id,
        payload: { pid, startToken, bootId, graceMs },
      }),
    said: (command) => {
      followCommand(command.id);
      if (command.state !== 'queued') return null;
      return {
        title: `Ending ${name} waits for ${nameOf(device)}`,
        text: `It is given up at ${new Date(command.deliverBy).toLocaleTimeString()}.`,
        tone: 'plain',
        record: commandRecord(command.id),
      };
    },
    failed: () => `Could not end ${name}`,
    after: onClose,
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => end.mutate()}
      title={`End ${name} (${pid})`}
      verb="End process"
      isDangerous
      isBusy={end.isPending}
      command={`muster processes kill ${device.id} ${pid} --grace ${graceMs / 1000}`}
    >
      <Stack gap="sm">
        <Text size="sm">
          On {nameOf(device)}. What it has not saved is lost; it is refused if the number belongs to another
          process by then.
        </Text>
        <Radio.Group label="How" value={String(graceMs)} onChange={(value) => setGraceMs(Number(value))}>
          <Stack gap={6} mt={6}>
            <Radio value={String(GRACE_MS)} label="Ask it to end, and force it after 5 seconds" />
            <Radio value="0" label="Force it at once" />
          </Stack>
        </Radio.Group>
      </Stack>
    </ConfirmDialog>
  );
}
