import { Table } from '@mantine/core';
import type { InventoryItem } from '@muster/contracts';
import { Missing } from '../../../parts/missing.tsx';
import { Loading } from '../../../parts/outcomes.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import { CategorySection } from './category-section.tsx';
import { FieldValue } from './field-value.tsx';
import classes from './inventory.module.css';
import { PROTECTIONS } from './kinds.ts';

const WORST_FIRST = ['off', 'partly', 'unknown', 'on'];

/** What protects the machine, problems first. */
export function SecurityTab() {
  const device = useDevice().data;
  if (!device) return <Loading />;
  return (
    <div className={pageClasses.page}>
      <CategorySection device={device} category="security">
        {(items) => <Protection items={items} />}
      </CategorySection>
    </div>
  );
}

function Protection({ items }: { items: readonly InventoryItem[] }) {
  const shown = items
    .filter(({ kind }) => Object.hasOwn(PROTECTIONS, kind))
    .toSorted((one, other) => rank(one) - rank(other));
  if (shown.length === 0) return null;
  return (
    <Panel title="Protection">
      <ScrollTable label="Protection" head={['State', 'Of', 'What', 'Detail']}>
        {shown.map((item) => (
          <ProtectionRow key={`${item.kind} ${item.key}`} item={item} />
        ))}
      </ScrollTable>
    </Panel>
  );
}

function ProtectionRow({ item }: { item: InventoryItem }) {
  const { title, more } = PROTECTIONS[item.kind] ?? { title: item.kind, more: [] };
  const known = more.filter(({ field }) => item.fields[field] !== null && item.fields[field] !== undefined);
  return (
    <Table.Tr>
      <Table.Td>
        <FieldValue value={item.fields.state} form="state" />
      </Table.Td>
      <Table.Td className={classes.key}>{title}</Table.Td>
      <Table.Td>{item.key}</Table.Td>
      <Table.Td className={classes.value}>
        {known.length === 0 && <Missing because="there is no more to it" />}
        {known.map(({ field, title: name, as }) => (
          <div key={field}>
            {more.length > 1 && `${name}: `}
            <FieldValue value={item.fields[field]} form={as} />
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function rank({ fields }: InventoryItem): number {
  const place = WORST_FIRST.indexOf(String(fields.state));
  return place < 0 ? WORST_FIRST.length : place;
}
