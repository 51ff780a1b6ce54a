import { ActionIcon } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconDownload } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemandMenu } from '../parts/on-demand-menu.tsx';
import type { ListSettings } from './use-list-settings.ts';

const loadColumns = () => import('./columns-menu.tsx');
const loadExport = () => import('./export-menu.tsx');
const ColumnsMenu = lazy(loadColumns);
const ExportMenu = lazy(loadExport);

export type ListOptionsProps = {
  /** What an exported file is called. */
  readonly name: string;
  // The menus hand rows on and look at none, so that any list's settings will do.
  readonly settings: ListSettings<never>;
};

/** Which columns, how dense, and what is seen as a file. */
export function ListOptions<Row>({ name, settings }: { name: string; settings: ListSettings<Row> }) {
  const options: ListOptionsProps = { name, settings: settings as unknown as ListSettings<never> };
  return (
    <>
      <OnDemandMenu
        preload={loadColumns}
        button={(events) => (
          <ActionIcon
            {...events}
            variant="default"
            size={34}
            aria-label="Columns and density"
            title="Columns and density"
          >
            <IconAdjustmentsHorizontal size={17} aria-hidden />
          </ActionIcon>
        )}
      >
        {(target) => <ColumnsMenu {...options} target={target} />}
      </OnDemandMenu>
      <OnDemandMenu
        preload={loadExport}
        button={(events) => (
          <ActionIcon {...events} variant="default" size={34} aria-label="Export" title="Export">
            <IconDownload size={17} aria-hidden />
          </ActionIcon>
        )}
      >
        {(target) => <ExportMenu {...options} target={target} />}
      </OnDemandMenu>
    </>
  );
}
