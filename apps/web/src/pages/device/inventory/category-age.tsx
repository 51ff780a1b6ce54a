import { Alert, Button } from '@mantine/core';
import type { Device, InventoryState } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { IconAlertTriangle } from '@tabler/icons-react';
import { followCommand } from '../../../actions/follow-command.ts';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { commandRecord } from '../../../actions/records.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/session.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { When } from '../../../parts/when.tsx';
import classes from './inventory.module.css';

type CategoryAgeProps = {
  readonly device: Device;
  readonly category: InventoryCategory;
  readonly state: InventoryState | undefined;
};

/** How old the category is, what of it could not be read, and the button that has the device look now. */
export function CategoryAge({ device, category, state }: CategoryAgeProps) {
  const mayCollect = useMay('inventory:collect') && device.lifecycle === 'active';
  return (
    <>
      <div className={classes.age}>
        <span>{state ? <Age state={state} /> : 'The device has not told of it yet.'}</span>
        <span className={classes.collect}>
          {mayCollect && <CollectButton device={device} category={category} />}
          <CopyCommand line={`muster inventory collect ${device.id} ${category}`} />
        </span>
      </div>
      {state && state.note !== '' && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} title="Not all of it">
          {state.note}
        </Alert>
      )}
    </>
  );
}

function Age({ state }: { state: InventoryState }) {
  return (
    <>
      As of <When at={state.collectedAt} />, last changed <When at={state.changedAt} />
      {!state.whole && '; the rest is still arriving'}
    </>
  );
}

function CollectButton({ device, category }: { device: Device; category: InventoryCategory }) {
  const collect = useAction({
    run: () =>
      api.commands.run['inventory.collect']({ deviceId: device.id, payload: { categories: [category] } }),
    said: (command) => {
      followCommand(command.id);
      if (command.state !== 'queued') return null;
      return {
        title: `Collecting waits for ${nameOf(device)}`,
        text: `It is given up at ${new Date(command.deliverBy).toLocaleString()}.`,
        tone: 'plain',
        record: commandRecord(command.id),
      };
    },
    failed: () => `Could not collect the inventory of ${nameOf(device)}`,
  });
  return (
    <Button size="compact-sm" variant="default" loading={collect.isPending} onClick={() => collect.mutate()}>
      Collect now
    </Button>
  );
}
