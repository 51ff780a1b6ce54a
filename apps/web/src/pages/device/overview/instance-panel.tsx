import { Table, Text } from '@mantine/core';
import type { Device, LiveSample } from '@muster/contracts';
import { formatBytes, formatValue } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { Loading } from '../../../parts/outcomes.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { UsageBar } from '../../../parts/usage-bar.tsx';
import { When } from '../../../parts/when.tsx';
import { type Instance, useInstances } from './instance-values.ts';
import classes from './overview.module.css';

const SENSORS = [
  { kind: 'temperature', metric: 'temperature', unit: 'celsius' },
  { kind: 'fan', metric: 'fan', unit: 'rpm' },
  { kind: 'voltage', metric: 'voltage', unit: 'volt' },
] as const;

/** Disks, interfaces and sensors, each with what it reads now. */
export function InstancePanel({ device, sample }: { device: Device; sample: LiveSample | undefined }) {
  const { instances, stored } = useInstances(device, sample);
  return (
    <Panel
      title="Disks, network and sensors"
      aside={
        device.presence !== 'online' &&
        instances && (
          <Text size="sm" c="dimmed">
            As it was at the last contact, <When at={device.lastSeenAt} missing="never" />
          </Text>
        )
      }
    >
      {instances === undefined &&
        (stored.isError ? <Text size="sm">They could not be read.</Text> : <Loading lines={4} />)}
      {instances && <Disks disks={ofKind(instances, 'disk')} />}
      {instances && <Interfaces interfaces={ofKind(instances, 'interface')} />}
      {instances && <Sensors instances={instances} />}
    </Panel>
  );
}

function ofKind(instances: readonly Instance[], kind: string): Instance[] {
  return instances.filter((one) => one.kind === kind).sort((a, b) => a.name.localeCompare(b.name));
}

function Value({ of, metric, unit }: { of: Instance; metric: string; unit: string }) {
  const value = of.values[metric];
  return value === undefined ? <Missing because="not reported" /> : formatValue(value, unit);
}

function Disks({ disks }: { disks: readonly Instance[] }) {
  if (disks.length === 0) return <Nothing text="No disk has reported yet." />;
  return (
    <Table className={classes.instances}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Disk</Table.Th>
          <Table.Th>Used</Table.Th>
          <Table.Th className={classes.number}>Free</Table.Th>
          <Table.Th className={classes.number}>Read</Table.Th>
          <Table.Th className={classes.number}>Written</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {disks.map((disk) => {
          const { 'disk.used': used, 'disk.total': total } = disk.values;
          const isKnown = used !== undefined && total !== undefined && total > 0;
          return (
            <Table.Tr key={disk.name}>
              <Table.Th scope="row">{disk.name}</Table.Th>
              <Table.Td>
                <UsageBar
                  percent={isKnown ? (used / total) * 100 : null}
                  label="used"
                  missing="size not reported"
                />
              </Table.Td>
              <Table.Td className={classes.number}>
                {isKnown ? (
                  `${formatBytes(total - used)} of ${formatBytes(total)}`
                ) : (
                  <Missing because="not reported" />
                )}
              </Table.Td>
              <Table.Td className={classes.number}>
                <Value of={disk} metric="disk.read" unit="bytes/s" />
              </Table.Td>
              <Table.Td className={classes.number}>
                <Value of={disk} metric="disk.written" unit="bytes/s" />
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function Interfaces({ interfaces }: { interfaces: readonly Instance[] }) {
  if (interfaces.length === 0) return <Nothing text="No network interface has reported yet." />;
  return (
    <Table className={classes.instances}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Interface</Table.Th>
          <Table.Th className={classes.number}>Received</Table.Th>
          <Table.Th className={classes.number}>Sent</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {interfaces.map((one) => (
          <Table.Tr key={one.name}>
            <Table.Th scope="row">{one.name}</Table.Th>
            <Table.Td className={classes.number}>
              <Value of={one} metric="network.received" unit="bits/s" />
            </Table.Td>
            <Table.Td className={classes.number}>
              <Value of={one} metric="network.sent" unit="bits/s" />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Sensors({ instances }: { instances: readonly Instance[] }) {
  const read = SENSORS.flatMap(({ kind, metric, unit }) =>
    ofKind(instances, kind).map((sensor) => ({ sensor, kind, metric, unit })),
  );
  if (read.length === 0) return <Nothing text="This machine reports no temperatures, fans or voltages." />;
  return (
    <Table className={classes.instances}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Sensor</Table.Th>
          <Table.Th className={classes.number}>Reading</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {read.map(({ sensor, kind, metric, unit }) => (
          <Table.Tr key={`${kind}:${sensor.name}`}>
            <Table.Th scope="row">{sensor.name}</Table.Th>
            <Table.Td className={classes.number}>
              <Value of={sensor} metric={metric} unit={unit} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed" py={6}>
      {text}
    </Text>
  );
}
