import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Device } from '@muster/contracts';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import {
  LIFECYCLE_ACTIONS,
  type LifecycleAction,
  lifecycleCommand,
  nameOf,
  runLifecycle,
} from '../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../actions/records.tsx';
import { useAction } from '../../actions/use-action.ts';
import { queryClient } from '../../api/query-client.ts';

type LifecycleButtonProps = {
  readonly device: Device;
  readonly name: LifecycleAction['name'];
  readonly label?: string;
  readonly isPrimary?: boolean;
};

/** A lifecycle action on one device, asked for once more before it is done. */
export function LifecycleButton({ device, name, label, isPrimary }: LifecycleButtonProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const action = LIFECYCLE_ACTIONS.find((one) => one.name === name);
  if (!action) throw new Error(`no lifecycle action is called ${name}`);
  const run = useAction({
    run: () => runLifecycle(action, device.id),
    said: () => ({
      title: `${nameOf(device)} is ${action.done}`,
      record: deviceRecord(device.id),
    }),
    failed: () => `Could not ${action.name} ${nameOf(device)}`,
    after: () => {
      dialog.close();
      return queryClient.invalidateQueries({ queryKey: [['devices']] });
    },
  });
  const verb = label ?? action.verb;
  return (
    <>
      <Button size="xs" variant={isPrimary ? 'filled' : 'default'} onClick={dialog.open}>
        {verb}
      </Button>
      <ConfirmDialog
        opened={isOpen}
        onClose={dialog.close}
        onConfirm={() => run.mutate()}
        title={`${verb} ${nameOf(device)}`}
        verb={verb}
        isDangerous={action.isDestructive}
        isBusy={run.isPending}
        typed={action.isDestructive ? nameOf(device) : undefined}
        command={lifecycleCommand(action, device)}
      >
        <Stack gap="xs">
          <Text size="sm">{action.describe}</Text>
          {device.presence !== 'online' && action.whenAway && (
            <Text size="sm">The device is away now: it is {action.whenAway}.</Text>
          )}
        </Stack>
      </ConfirmDialog>
    </>
  );
}
