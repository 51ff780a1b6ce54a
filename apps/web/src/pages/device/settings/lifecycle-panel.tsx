import { Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { LIFECYCLE_ACTIONS } from '../../../actions/lifecycle-actions.ts';
import { useMe } from '../../../api/session.ts';
import { Panel } from '../../../parts/panel.tsx';
import { LifecycleButton } from '../lifecycle-button.tsx';
import classes from './settings.module.css';

/** Where the record is in its life, and where it can go from here. */
export function LifecyclePanel({ device }: { device: Device }) {
  const permissions = useMe()?.permissions ?? [];
  const possible = LIFECYCLE_ACTIONS.filter(
    ({ from, permission }) => from.includes(device.lifecycle) && permissions.includes(permission),
  );
  return (
    <Panel title="Lifecycle">
      <Text size="sm" mb={8}>
        The device is <b>{device.lifecycle}</b>.
      </Text>
      {possible.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing leads on from here for you.
        </Text>
      )}
      {possible.map(({ name, describe }) => (
        <div key={name} className={classes.action}>
          <LifecycleButton device={device} name={name} />
          <Text size="sm" c="dimmed">
            {describe}
          </Text>
        </div>
      ))}
    </Panel>
  );
}
