import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCheck, IconDownload } from '@tabler/icons-react';
import { exportRows } from './export-rows.ts';
import type { ListSettings } from './use-list-settings.ts';

/** Which columns, how dense, and what is seen as a file. */
export function ListOptions<Row>({ name, settings }: { name: string; settings: ListSettings<Row> }) {
  const { table, density, setDensity } = settings;
  const save = (format: 'csv' | 'json') =>
    exportRows(name, format, { columns: settings.visible, rows: table.options.data });
  return (
    <>
      <Menu position="bottom-end" closeOnItemClick={false} shadow="md">
        <Menu.Target>
          <Tooltip label="Columns and density">
            <ActionIcon variant="default" size={34} aria-label="Columns and density">
              <IconAdjustmentsHorizontal size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Columns</Menu.Label>
          {table.getAllLeafColumns().map((column) => (
            <CheckedItem
              key={column.id}
              label={String(column.columnDef.header)}
              isChecked={column.getIsVisible()}
              onClick={() => column.toggleVisibility()}
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
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Tooltip label="Export the rows that are loaded">
            <ActionIcon variant="default" size={34} aria-label="Export">
              <IconDownload size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{table.options.data.length} loaded rows, shown columns</Menu.Label>
          <Menu.Item onClick={() => save('csv')}>CSV</Menu.Item>
          <Menu.Item onClick={() => save('json')}>JSON</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function CheckedItem(props: { label: string; isChecked: boolean; onClick: () => void }) {
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={props.isChecked}
      onClick={props.onClick}
      leftSection={<IconCheck size={14} opacity={props.isChecked ? 1 : 0} aria-hidden />}
    >
      {props.label}
    </Menu.Item>
  );
}
