import { Table, Text } from '@mantine/core';
import type { EffectiveField, PolicyOrigin } from '@muster/contracts';
import { formatDuration } from '../../../parts/format.ts';
import { ScrollTable } from '../../../parts/scroll-table.tsx';

const KINDS: Readonly<Record<PolicyOrigin['kind'], string>> = {
  default: 'Default',
  organisation: 'Organisation',
  site: 'Site',
  group: 'Group',
  device: 'This device',
};

const nameOf = ({ kind, placeName }: PolicyOrigin) =>
  kind === 'default' || kind === 'device' ? KINDS[kind] : `${KINDS[kind]} ${placeName}`;

/** Each field as it holds, what said so, and what it overrode. */
export function EffectiveTable({ fields }: { fields: readonly EffectiveField[] }) {
  return (
    <ScrollTable label="What holds for this device" head={['Setting', 'Value', 'From', 'Overrides']}>
      {fields.map(({ field, title, value, origin, overrode }) => (
        <Table.Tr key={field}>
          <Table.Td>{title}</Table.Td>
          <Table.Td>{formatDuration(value * 1_000)}</Table.Td>
          <Table.Td>{nameOf(origin)}</Table.Td>
          <Table.Td>
            <Text size="sm" c="dimmed">
              {overrode
                .map((one) => `${formatDuration(one.value * 1_000)} (${nameOf(one.origin)})`)
                .join(', ') || '–'}
            </Text>
          </Table.Td>
        </Table.Tr>
      ))}
    </ScrollTable>
  );
}
