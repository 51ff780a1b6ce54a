import { ActionIcon } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconDownload } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemandMenu } from '../parts/on-demand-menu.tsx';
import type { ListOptionsProps } from './list-options-props.ts';
import type { ListSettings } from './use-list-settings.ts';

const loadColumns = () => import('./columns-menu.tsx');
const loadExport = () => import('./export-menu.tsx');
const ColumnsMenu = lazy(loadColumns);
const ExportMenu = lazy(loadExport);

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
