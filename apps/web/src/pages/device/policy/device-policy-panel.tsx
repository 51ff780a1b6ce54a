import { Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { useMay } from '../../../api/session.ts';
import { Failed, Loading } from '../../../parts/outcomes.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { usePlacePolicy } from '../../../places/use-place-policy.ts';
import { EffectiveTable } from './effective-table.tsx';
import { OwnPolicyForm } from './own-policy-form.tsx';
import { useEffectivePolicy } from './use-device-policy.ts';

/** What policies add up to for the device, and what it sets itself. */
export function DevicePolicyPanel({ device }: { device: Device }) {
  const may = useMay('policies:read');
  const effective = useEffectivePolicy(device.id);
  const own = usePlacePolicy({ kind: 'device', id: device.id, name: nameOf(device) }, may);
  const state = effective.data?.pending ? 'A change is being taken over' : '';
  return (
    <Panel
      title="Policy"
      aside={
        <Text size="sm" c="dimmed" role="status">
          {state}
        </Text>
      }
    >
      {effective.isPending && <Loading lines={3} />}
      {effective.isError && <Failed error={effective.error} onRetry={() => void effective.refetch()} />}
      {effective.data && <EffectiveTable fields={effective.data.fields} />}
      {effective.data && own.data && (
        <OwnPolicyForm key={device.id} device={device} own={own.data} fields={effective.data.fields} />
      )}
      {own.isError && <Failed error={own.error} onRetry={() => void own.refetch()} />}
    </Panel>
  );
}
