import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { queries } from '../../api/client.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { inScope } from '../../filter/scope.ts';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import classes from './overview.module.css';

const AWAY = 'lifecycle = active and status = offline';
const SHOWN = 6;
const LOOK_AGAIN_MS = 30_000;

/** Who has been silent for longest. */
export function LongestAway({ scope }: { scope: string | undefined }) {
  const read = useQuery(
    queries.devices.list.queryOptions({
      input: { query: inScope(AWAY, scope), sort: 'last_seen', limit: SHOWN },
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
  const whose = useOrganisationNames();
  const all = (
    <PageLink to="/devices" search={{ q: AWAY, sort: 'last_seen', scope }}>
      All
    </PageLink>
  );
  return (
    <Panel title="Offline for longest" aside={all}>
      {read.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          None is offline.
        </Text>
      )}
      <ul className={classes.rows} aria-label="Offline for longest">
        {read.data?.items.map((device) => (
          <li key={device.id}>
            <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className={classes.row}>
              <span className={classes.value}>
                {nameOf(device)}
                {whose && <span className={classes.whose}>{whose.get(device.orgId)}</span>}
              </span>
              <span className={classes.since}>
                <When at={device.lastSeenAt} missing="never heard of" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
