import { Text } from '@mantine/core';
import type { DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { commandTitle } from '../../../actions/follow-command.ts';
import { queries } from '../../../api/client.ts';
import { useMay } from '../../../api/session.ts';
import { CommandMark } from '../../../parts/command-mark.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { When } from '../../../parts/when.tsx';
import classes from './overview.module.css';

const SHOWN = 5;

/** What was last asked of this device. */
export function RecentCommands({ deviceId }: { deviceId: DeviceId }) {
  const may = useMay('commands:read');
  const { data } = useQuery(
    queries.commands.list.queryOptions({
      input: { deviceId, limit: SHOWN },
      enabled: may,
      refetchInterval: 30_000,
    }),
  );
  if (!may) return null;
  const all = (
    <PageLink to="/commands" search={{ device: deviceId }} size="sm">
      All
    </PageLink>
  );
  return (
    <Panel title="Recent commands" aside={all}>
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      {data?.items.map(({ id, name, state, createdAt }) => (
        <div key={id} className={classes.recent}>
          <PageLink to="/commands/$commandId" params={{ commandId: id }} size="sm">
            {commandTitle(name)}
          </PageLink>
          <CommandMark state={state} />
          <When at={createdAt} />
        </div>
      ))}
    </Panel>
  );
}
