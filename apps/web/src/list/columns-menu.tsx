import { Menu } from '@mantine/core';
import type { OnDemandTarget } from '../parts/on-demand-menu.tsx';
import type { ListOptionsProps } from './list-options-props.ts';

/** Which columns, and how dense. */
export default function ColumnsMenu({ settings, target }: OnDemandTarget & ListOptionsProps) {
  const { columns, visible, toggleColumn, density, setDensity } = settings;
  return (
    <Menu position="bottom-end" closeOnItemClick={false} shadow="md" defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {columns.map((column) => (
          <CheckedItem
            key={column.id}
            label={column.title}
            isChecked={visible.includes(column)}
            onClick={() => toggleColumn(column.id)}
          />
        ))}
        <Menu.Divider />
        <Menu.Label>Density</Menu.Label>
        <CheckedItem
          label="Comfortable"
          isChecked={density === 'comfortable'}
          onClick={() => setDensity('comfortable')}
        />
        <CheckedItem
          label="Compact"
          isChecked={density === 'compact'}
          onClick={() => setDensity('compact')}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

function CheckedItem(props: { label: string; isChecked: boolean; onClick: () => void }) {
  return (
    <Menu.CheckboxItem checked={props.isChecked} onChange={props.onClick}>
      {props.label}
    </Menu.CheckboxItem>
  );
}
