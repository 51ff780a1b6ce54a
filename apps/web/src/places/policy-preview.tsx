import { List, Table, Text } from '@mantine/core';
import type { PolicyPreview as Preview } from '@muster/contracts';
import { POLICY_FIELDS, type PolicyField } from '@muster/contracts/policies';
import { formatDuration } from '../parts/format.ts';
import { Failed, Loading } from '../parts/outcomes.tsx';
import { PageLink } from '../parts/page-link.tsx';
import { ScrollTable } from '../parts/scroll-table.tsx';
import classes from './places.module.css';

type Change = { readonly field: PolicyField; readonly before: number; readonly after: number };

type PolicyPreviewProps = {
  readonly data: Preview | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
};

/** What saving would change: for how many devices which value, and for which of them. */
export function PolicyPreview({ data, error, onRetry }: PolicyPreviewProps) {
  if (error) return <Failed error={error} onRetry={onRetry} />;
  return (
    <section className={classes.preview} aria-label="What would change" aria-live="polite">
      {data ? <Changes {...data} /> : <Loading lines={3} />}
    </section>
  );
}

function Changes({ devices, changes, sample }: Preview) {
  return (
    <>
      <Text size="sm" fw={600}>
        {devices === 0 ? 'Nothing would change for any device' : `${countOf(devices)} would change`}
      </Text>
      {devices === 0 && (
        <Text size="sm" c="dimmed">
          There is no device that it holds for, or others have the last word there.
        </Text>
      )}
      <List size="sm">
        {changes.map((change) => (
          <List.Item key={`${change.field} ${change.before} ${change.after}`}>
            {textOf(change)} for {countOf(change.devices)}
          </List.Item>
        ))}
      </List>
      {sample.length > 0 && (
        <ScrollTable label="Devices that would change" head={['Device', 'Before → after']}>
          {sample.map((device) => (
            <Table.Tr key={device.id}>
              <Table.Td>
                <PageLink to="/devices/$deviceId" params={{ deviceId: device.id }}>
                  {device.name}
                </PageLink>
              </Table.Td>
              <Table.Td>{device.changes.map(textOf).join('; ')}</Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
      {devices > sample.length && sample.length > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          The first {sample.length} of {devices.toLocaleString()}.
        </Text>
      )}
    </>
  );
}

function textOf({ field, before, after }: Change): string {
  const [from, to] = [before, after].map((seconds) => formatDuration(seconds * 1_000));
  return `${POLICY_FIELDS[field].title}: ${from} → ${to}`;
}

function countOf(devices: number): string {
  return `${devices.toLocaleString()} ${devices === 1 ? 'device' : 'devices'}`;
}
