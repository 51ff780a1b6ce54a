import { List, Progress, Stack, Text } from '@mantine/core';
import type { DeviceRow } from '@muster/contracts';
import { useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { countToType } from '../../actions/count-to-type.ts';
import {
  type LifecycleAction,
  lifecycleCommand,
  nameOf,
  runLifecycle,
} from '../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../actions/records.tsx';
import { useAction } from '../../actions/use-action.ts';
import { toFailure } from '../../api/problem.ts';
import { queryClient } from '../../api/query-client.ts';

const AT_ONCE = 4;

type BulkDialogProps = {
  readonly action: LifecycleAction;
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

type Outcome = { readonly done: number; readonly failures: readonly string[] };

/** Shows what an action will hit before it does. */
export default function BulkDialog({ action, devices: live, onClose, onDone }: BulkDialogProps) {
  // What was confirmed is what is hit and told of: the rows themselves change while it goes on.
  const [devices] = useState(live);
  const [progress, setProgress] = useState(0);
  const hit = devices.filter((device) => action.from.includes(device.lifecycle));
  const run = useAction({
    run: () => runAll(action, hit, setProgress),
    said: ({ done, failures }) => ({
      title: `${done} of ${hit.length} ${hit.length === 1 ? 'device is' : 'devices are'} ${action.done}`,
      tone: failures.length > 0 ? 'bad' : 'good',
      ...(failures.length > 0 ? { text: failures.slice(0, 5).join(' ') } : {}),
      ...(hit[0] && hit.length === 1 ? { record: deviceRecord(hit[0].id, `Open ${nameOf(hit[0])}`) } : {}),
    }),
    failed: () => `Could not ${action.name} the devices`,
    after: () => {
      void queryClient.invalidateQueries({ queryKey: [['devices']] });
      onDone();
    },
  });
  const [only] = hit;
  const named = only && hit.length === 1 ? nameOf(only) : String(hit.length);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => run.mutate()}
      title={`${action.verb} ${hit.length} ${hit.length === 1 ? 'device' : 'devices'}`}
      verb={action.verb}
      isDangerous={action.isDestructive}
      isBusy={run.isPending}
      typed={action.isDestructive ? named : countToType(hit.length)}
      command={hit.map((device) => lifecycleCommand(action, device)).join('\n')}
    >
      <Preview action={action} devices={devices} hit={hit} />
      {run.isPending && <Progress mt="sm" value={(progress / hit.length) * 100} aria-label="Progress" />}
    </ConfirmDialog>
  );
}

function Preview({
  action,
  devices,
  hit,
}: Pick<BulkDialogProps, 'action' | 'devices'> & { hit: readonly DeviceRow[] }) {
  const away = hit.filter((device) => device.presence !== 'online');
  const excluded = [
    ...Map.groupBy(
      devices.filter((device) => !hit.includes(device)),
      ({ lifecycle }) => lifecycle,
    ),
  ];
  return (
    <Stack gap="xs">
      <Text size="sm">{action.describe}</Text>
      <List size="sm">
        <List.Item>
          {hit.length === 1 && hit[0] ? `Hits ${nameOf(hit[0])}.` : `Hits ${hit.length} devices.`}
        </List.Item>
        {away.length > 0 && action.whenAway && (
          <List.Item>
            {away.length} of them {away.length === 1 ? 'is' : 'are'} away now: {action.whenAway}.
          </List.Item>
        )}
        {excluded.map(([lifecycle, left]) => (
          <List.Item key={lifecycle}>
            Leaves out {left.length === 1 && left[0] ? nameOf(left[0]) : `${left.length} devices`}:{' '}
            {left.length === 1 ? 'it is' : 'they are'} {lifecycle}.
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

async function runAll(
  action: LifecycleAction,
  devices: readonly DeviceRow[],
  onProgress: (ended: number) => void,
): Promise<Outcome> {
  const waiting = [...devices];
  const failures: string[] = [];
  let ended = 0;
  const work = async () => {
    for (let device = waiting.shift(); device; device = waiting.shift()) {
      const { id } = device;
      const name = nameOf(device);
      await runLifecycle(action, id).catch((error: unknown) =>
        failures.push(`${name}: ${toFailure(error).text}`),
      );
      ended += 1;
      onProgress(ended);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done: devices.length - failures.length, failures };
}
