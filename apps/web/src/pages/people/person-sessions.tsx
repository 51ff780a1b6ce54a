import { Button, Table, Text } from '@mantine/core';
import type { Session, User } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { When } from '../../parts/when.tsx';
import { browserName } from '../profile/browser-name.ts';

/** Where a person is signed in, with the means to end it. */
export function PersonSessions({ user: { id: userId, name, email } }: { user: User }) {
  const read = useQuery(queries.sessions.ofPerson.queryOptions({ input: { userId } }));
  return (
    <Panel
      title={`Where ${name} is signed in`}
      aside={<CopyCommand line={musterLine('sessions list', [], { user: email })} />}
    >
      {read.isPending && <Loading lines={3} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.items.length === 0 && <Text size="sm">Nowhere.</Text>}
      {read.data && read.data.items.length > 0 && (
        <ScrollTable
          label={`Sessions of ${name}`}
          head={['Browser', 'Address', 'Proved by', 'Signed in', 'Seen', '']}
        >
          {read.data.items.map((session) => (
            <SessionRow key={session.id} session={session} userId={userId} />
          ))}
        </ScrollTable>
      )}
    </Panel>
  );
}

function SessionRow({ session, userId }: { session: Session; userId: User['id'] }) {
  const browser = browserName(session.userAgent);
  const end = useAction({
    run: () => api.sessions.endOfPerson({ userId, sessionId: session.id }),
    said: () => ({ title: `The session of ${browser} at ${session.address} is ended` }),
    failed: () => 'Could not end the session',
    after: () => queryClient.invalidateQueries({ queryKey: queries.sessions.ofPerson.key() }),
  });
  return (
    <Table.Tr>
      <Table.Td title={session.userAgent}>{browser}</Table.Td>
      <Table.Td>{session.address}</Table.Td>
      <Table.Td>{session.methods.join(' and ') || 'what is not known'}</Table.Td>
      <Table.Td>
        <When at={session.createdAt} />
      </Table.Td>
      <Table.Td>
        <When at={session.seenAt} />
      </Table.Td>
      <Table.Td ta="right">
        {session.current ? (
          'This one'
        ) : (
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
      </Table.Td>
    </Table.Tr>
  );
}
