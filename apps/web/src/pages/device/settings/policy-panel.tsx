import { Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { Panel } from '../../../parts/panel.tsx';

const MEANINGS: Readonly<Record<Device['policyLevel'], string>> = {
  observe: 'The server may look: state, telemetry, lists. It may change nothing on the machine.',
  manage:
    'The server may look, and control power, services and processes. It may not run code or touch files.',
  control: 'The server may do everything, scripts and files included.',
};

/** What the endpoint lets the server do; set on the endpoint and nowhere else. */
export function PolicyPanel({ level }: { level: Device['policyLevel'] }) {
  return (
    <Panel title="Local policy">
      <Text size="sm">
        <b>{level}</b>: {MEANINGS[level]}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        It is set on the machine itself, when the agent is installed (--policy). The server cannot change it.
      </Text>
    </Panel>
  );
}
