import { Menu } from '@mantine/core';
import type { OnDemandTarget } from '../parts/on-demand-menu.tsx';
import { exportRows } from './export-rows.ts';
import type { ListOptionsProps } from './list-options-props.ts';

/** What is seen, as a file. */
export default function ExportMenu({ name, settings, target }: OnDemandTarget & ListOptionsProps) {
  const { rows } = settings;
  const save = (format: 'csv' | 'json') => exportRows(name, format, { columns: settings.visible, rows });
  return (
    <Menu position="bottom-end" shadow="md" defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{rows.length} loaded rows, shown columns</Menu.Label>
        <Menu.Item onClick={() => save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => save('json')}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
