import { Alert, Button, Group, Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { IconClockFilled } from '@tabler/icons-react';
import { useMay } from '../../api/session.ts';
import { LifecycleButton } from './lifecycle-button.tsx';
import { NamedDevice } from './named-device.tsx';

/** A machine that waits: who let it in this far, and the decision. */
export function PendingBanner({ device }: { device: Device }) {
  const mayApprove = useMay('devices:approve');
  const mayRefuse = useMay('devices:manage');
  return (
    <Alert
      m="md"
      mb={0}
      variant="default"
      // The page is a column that would squeeze it, decision and all, to make room for its charts.
      style={{ borderColor: 'var(--muster-line)', flex: 'none' }}
      icon={<IconClockFilled color="var(--muster-warn)" aria-hidden />}
      title="Waits for approval"
    >
      <Text size="sm">
        It is connected but stores no telemetry and takes no commands.{' '}
        {device.cloneOf && (
          <>
            It is a clone of <NamedDevice otherwise="another device" deviceId={device.cloneOf} />: it came
            with the key of that device, as a copied disk does, and has taken one of its own.
          </>
        )}
      </Text>
      <Group mt="sm" gap="sm">
        {mayApprove && <LifecycleButton device={device} name="approve" isPrimary />}
        {mayRefuse && <LifecycleButton device={device} name="revoke" label="Refuse" />}
        {!mayApprove && (
          <Button size="xs" disabled>
            {'Approving needs devices:approve'}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
