import type { InventoryItem } from '@muster/contracts';
import { Facts } from '../../../parts/facts.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { FieldValue } from './field-value.tsx';
import { SYSTEM_FIELDS } from './system-kinds.ts';

/** What the operating system says of itself. */
export function SystemFacts({ items }: { items: readonly InventoryItem[] }) {
  const system = items.find(({ kind }) => kind === 'system');
  if (!system) return null;
  return (
    <Panel title="Operating system">
      <Facts
        facts={SYSTEM_FIELDS.map(({ field, title, as }) => ({
          name: title,
          value: <FieldValue value={system.fields[field]} form={as} />,
        }))}
      />
    </Panel>
  );
}
