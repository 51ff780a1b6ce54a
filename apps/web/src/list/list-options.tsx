import { ActionIcon } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconDownload } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemandMenu } from '../parts/on-demand-menu.tsx';
import type { ListOptionsProps } from './list-options-props.ts';
import type { ReadPage } from './read-all.ts';
import type { ListSettings } from './use-list-settings.ts';

const loadColumns = () => import('./columns-menu.tsx');
const loadExport = () => import('./export-menu.tsx');
const ColumnsMenu = lazy(loadColumns);
const ExportMenu = lazy(loadExport);

type Options<Row> = {
  readonly name: string;
  readonly settings: ListSettings<Row>;
  readonly readPage?: ReadPage<Row>;
};

/** Which columns, how dense, and what matches as a file. */
export function ListOptions<Row>({ name, settings, readPage }: Options<Row>) {
  const options = { name, settings, readPage } as unknown as ListOptionsProps;
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
