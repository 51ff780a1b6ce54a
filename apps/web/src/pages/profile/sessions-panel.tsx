import { Badge, Button, Group, Text } from '@mantine/core';
import type { Session } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { browserName } from './browser-name.ts';
import classes from './profile.module.css';
import { readSessionsAnew } from './read-anew.ts';

/** Where I am signed in, with the means to end it. */
export function SessionsPanel() {
  const read = useQuery(queries.sessions.mine.queryOptions());
  const endOthers = useAction({
    run: () => api.sessions.endOthers(),
    said: ({ ended }) => ({ title: ended === 1 ? 'One session is ended' : `${ended} sessions are ended` }),
    failed: () => 'Could not end your other sessions',
    after: readSessionsAnew,
  });
  const items = read.data?.items ?? [];
  return (
    <Panel
      title="Where you are signed in"
      aside={
        items.length > 1 && (
          <Group gap="xs">
            <CopyCommand line="muster sessions end-others" />
            <Button
              size="xs"
              variant="default"
              loading={endOthers.isPending}
              onClick={() => endOthers.mutate()}
            >
              End all others
            </Button>
          </Group>
        )
      }
    >
      {read.isPending && <Loading lines={3} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {items.length > 0 && (
        <ul className={classes.lines}>
          {items.map((session) => (
            <SessionLine key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function SessionLine({ session }: { session: Session }) {
  const browser = browserName(session.userAgent);
  const end = useAction({
    run: () => api.sessions.end({ sessionId: session.id }),
    said: () => ({ title: `The session of ${browser} at ${session.address} is ended` }),
    failed: () => 'Could not end the session',
    after: readSessionsAnew,
  });
  return (
    <li className={classes.line}>
      <div className={classes.about}>
        <Group gap={8}>
          <Text size="sm" fw={550} title={session.userAgent}>
            {browser}
          </Text>
          <Text size="sm">{session.address}</Text>
          {session.current && (
            <Badge size="sm" variant="default">
              This one
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          Proved by {session.methods.join(' and ') || 'what is not known'}. Signed in{' '}
          <When at={session.createdAt} />, seen <When at={session.seenAt} />
        </Text>
      </div>
      {!session.current && (
        <Button
          size="compact-xs"
          variant="default"
          loading={end.isPending}
          aria-label={`End the session of ${browser} at ${session.address}`}
          onClick={() => end.mutate()}
        >
          End
        </Button>
      )}
    </li>
  );
}
