import { Table } from '@mantine/core';
import type { InventoryItem } from '@muster/contracts';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';
import { FieldValue } from './field-value.tsx';
import classes from './inventory.module.css';
import type { ShownKind } from './kinds.ts';

/** Each kind that the device has something of, as a table. */
export function KindPanels({ kinds, items }: KindPanelsProps) {
  return kinds.map((kind) => {
    const own = items.filter((item) => item.kind === kind.kind);
    return own.length === 0 ? null : <KindPanel key={kind.kind} kind={kind} items={own} />;
  });
}

type KindPanelsProps = { readonly kinds: readonly ShownKind[]; readonly items: readonly InventoryItem[] };

function KindPanel({ kind, items }: { kind: ShownKind; items: readonly InventoryItem[] }) {
  const head = [...(kind.key ? [kind.key] : []), ...kind.fields.map(({ title }) => title)];
  return (
    <Panel title={kind.title}>
      <ScrollTable label={kind.title} head={head}>
        {items.map((item) => (
          <Table.Tr key={item.key}>
            {kind.key && <Table.Td className={classes.key}>{item.key}</Table.Td>}
            {kind.fields.map(({ field, as }) => (
              <Table.Td key={field} className={classes.value}>
                <FieldValue value={item.fields[field]} form={as} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </ScrollTable>
    </Panel>
  );
}
