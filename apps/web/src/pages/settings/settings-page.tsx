import { Text } from '@mantine/core';
import type { SettingState } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import pageClasses from '../page.module.css';
import { SettingRow } from './setting-row.tsx';

/** What an administrator can change while the server runs, made from the server's own catalogue. */
export function SettingsPage() {
  const read = useQuery(queries.settings.list.queryOptions());
  const mayChange = useMay('system:manage');
  return (
    <div className={pageClasses.page}>
      <div>
        <PageTitle>Settings</PageTitle>
        <Text size="sm" c="dimmed">
          They hold at once, for the whole server. Each change is in the audit log, and can be taken back.
        </Text>
      </div>
      {read.isPending && <Loading lines={8} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.items.length === 0 && <Empty title="No settings" text="This server has none." />}
      {read.data &&
        [...grouped(read.data.items)].map(([group, items]) => (
          <Panel key={group} title={group}>
            {items.map((setting) => (
              <SettingRow key={`${setting.key} ${setting.etag}`} setting={setting} mayChange={mayChange} />
            ))}
          </Panel>
        ))}
    </div>
  );
}

/** In the order of the catalogue. */
function grouped(items: readonly SettingState[]): Map<string, SettingState[]> {
  const groups = new Map<string, SettingState[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return groups;
}
