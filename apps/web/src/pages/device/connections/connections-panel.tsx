import { Button, Table, Text, TextInput } from '@mantine/core';
import type { Connection, Device } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { hasEnded } from '../../../actions/follow-command.ts';
import { useMay } from '../../../api/session.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Missing } from '../../../parts/missing.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';
import { When } from '../../../parts/when.tsx';
import classes from './connections.module.css';
import { matching, placeOf, stateText } from './matching.ts';
import { useConnections } from './use-connections.ts';

/** Rows that are shown at once; the filter finds the others. */
const MOST_ROWS = 200;

/** IV-6: who the device talks to at this moment, asked for with a button. */
export function ConnectionsPanel({ device }: { device: Device }) {
  const mayLook = useMay('connections:read') && device.lifecycle === 'active';
  const { command, snapshot, isBusy, look } = useConnections(device);
  const [filter, setFilter] = useState('');
  return (
    <Panel
      title="Connections"
      aside={
        <span className={classes.aside}>
          {mayLook && (
            <Button size="compact-sm" variant="default" loading={isBusy} onClick={look}>
              {snapshot ? 'List again' : 'List connections'}
            </Button>
          )}
          <CopyCommand line={`muster connections ${device.id}`} />
        </span>
      }
    >
      <LookState command={command} snapshot={snapshot} />
      {snapshot && (
        <>
          <TextInput
            className={classes.filter}
            aria-label="Filter connections"
            placeholder="Program, address, port or state"
            leftSection={<IconFilter size={15} aria-hidden />}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <Rows connections={matching(snapshot.connections, filter)} />
        </>
      )}
    </Panel>
  );
}

type LookStateProps = Pick<ReturnType<typeof useConnections>, 'command' | 'snapshot'>;

function LookState({ command, snapshot }: LookStateProps) {
  const hasFailed = command !== undefined && hasEnded(command) && command.state !== 'succeeded';
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {command?.state === 'queued' ? (
          <>
            Waiting for the device; given up <When at={command.deliverBy} />
          </>
        ) : snapshot ? (
          <>
            {snapshot.total} of TCP and UDP, seen <When at={snapshot.takenAt} />
            {snapshot.total > snapshot.connections.length && `; ${snapshot.connections.length} were told`}
          </>
        ) : (
          'Not part of the inventory: the device is asked for them at the moment, and they are not kept.'
        )}
      </Text>
      {hasFailed && (
        <Text size="sm" c="red">
          Listing ended as {command.state}
          {command.error ? `: ${command.error.message}` : '.'}{' '}
          <PageLink to="/commands/$commandId" params={{ commandId: command.id }} size="sm">
            Its record
          </PageLink>
        </Text>
      )}
    </>
  );
}

function Rows({ connections }: { connections: readonly Connection[] }) {
  if (connections.length === 0) return <Text size="sm">No connection matches.</Text>;
  return (
    <>
      <ScrollTable label="Connections" head={['Program', 'PID', 'Protocol', 'Local', 'Remote', 'State']}>
        {connections.slice(0, MOST_ROWS).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sockets may share address and peer, and rows hold no state.
          <Table.Tr key={index}>
            <Table.Td>
              {one.process ?? <Missing because="no process holds it, or the system does not say" />}
            </Table.Td>
            <Table.Td>
              {one.pid ?? <Missing because="no process holds it, or the system does not say" />}
            </Table.Td>
            <Table.Td>{one.protocol.toUpperCase()}</Table.Td>
            <Table.Td className={classes.mono}>{placeOf(one.localAddress, one.localPort)}</Table.Td>
            <Table.Td className={classes.mono}>
              {one.remoteAddress === null ? (
                <Missing because="it has no peer" />
              ) : (
                placeOf(one.remoteAddress, one.remotePort)
              )}
            </Table.Td>
            <Table.Td>{stateText(one.state)}</Table.Td>
          </Table.Tr>
        ))}
      </ScrollTable>
      {connections.length > MOST_ROWS && (
        <Text size="sm" c="dimmed">
          {connections.length - MOST_ROWS} more; the filter finds them.
        </Text>
      )}
    </>
  );
}
