import { Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { isUnknown } from '../../api/problem.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { ShowMore } from '../../list/show-more.tsx';
import { BeforeAfter } from '../../parts/changes/before-after.tsx';
import { ChangeMark } from '../../parts/changes/change-mark.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { When } from '../../parts/when.tsx';
import listClasses from '../devices/devices.module.css';
import pageClasses from '../page.module.css';
import classes from './software.module.css';
import { ECOSYSTEM_TITLES } from './software-search.ts';

const route = getRouteApi('/console/software/$titleId');
const PAGE_ROWS = 50;

/** One title: which versions are on which devices, and what became of it across the fleet. */
export function TitlePage() {
  const titleId = Number(route.useParams().titleId);
  const read = useQuery(queries.inventory.versions.queryOptions({ input: { titleId } }));
  if (read.isPending) return <Loading />;
  if (read.isError) {
    if (isUnknown(read.error)) return <NoTitle />;
    return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  }
  const { name, ecosystem, versions } = read.data;
  return (
    <div className={pageClasses.page}>
      <div>
        <PageLink to="/software">Software</PageLink>
        <div className={listClasses.titleRow}>
          <PageTitle>{name}</PageTitle>
          <CopyCommand line={`muster software show ${titleId}`} />
        </div>
        <Text size="sm" c="dimmed">
          {ECOSYSTEM_TITLES[ecosystem]}, {versions.length} {versions.length === 1 ? 'version' : 'versions'}
        </Text>
      </div>
      <Panel title="Versions">
        <Versions versions={versions} />
      </Panel>
      <Arrivals titleId={titleId} />
    </div>
  );
}

type VersionsProps = {
  readonly versions: readonly {
    readonly version: string;
    readonly devices: number;
    readonly firstSince: string;
    readonly query: string;
  }[];
};

function Versions({ versions }: VersionsProps) {
  const all = versions.reduce((sum, { devices }) => sum + devices, 0);
  return (
    <ScrollTable label="Versions" head={['Version', 'Devices', 'Share', 'First seen']}>
      {versions.map(({ version, devices, firstSince, query }) => (
        <Table.Tr key={version}>
          <Table.Td className={classes.machine}>
            {version || <Missing because="the devices name no version" />}
          </Table.Td>
          <Table.Td>
            <PageLink to="/devices" search={{ q: query }}>
              {devices.toLocaleString()} {devices === 1 ? 'device' : 'devices'}
            </PageLink>
          </Table.Td>
          <Table.Td>
            <span className={classes.share} aria-hidden>
              <span style={{ width: `${Math.max(1, (devices / all) * 100)}%` }} />
            </span>
          </Table.Td>
          <Table.Td>
            <When at={firstSince} />
          </Table.Td>
        </Table.Tr>
      ))}
    </ScrollTable>
  );
}

function Arrivals({ titleId }: { titleId: number }) {
  const pages = useInfiniteQuery(
    queries.inventory.arrivals.infiniteOptions({
      input: (cursor: string | undefined) => ({ titleId, limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  );
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Across the fleet">
      {pages.isPending && <Loading lines={3} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing has changed since the devices were first looked at.
        </Text>
      )}
      {rows.length > 0 && (
        <ScrollTable label="Across the fleet" head={['When', 'Device', 'What', 'Version']}>
          {rows.map(({ id, at, deviceId, deviceName, change, before, after }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <When at={at} />
              </Table.Td>
              <Table.Td>
                <PageLink to="/devices/$deviceId/changes" params={{ deviceId }}>
                  {deviceName}
                </PageLink>
              </Table.Td>
              <Table.Td>
                <ChangeMark change={change} />
              </Table.Td>
              <Table.Td>
                <BeforeAfter before={before} after={after} />
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
      <ShowMore of={pages} label="Show older" />
    </Panel>
  );
}

function NoTitle() {
  return (
    <Empty title="No device has this software" text="It is on none of the devices that you may see.">
      <PageLink to="/software">Go to the software</PageLink>
    </Empty>
  );
}
