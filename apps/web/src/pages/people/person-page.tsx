import { Group, Text } from '@mantine/core';
import type { UserId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { When } from '../../parts/when.tsx';
import pageClasses from '../page.module.css';
import { GrantsPanel } from './grants-panel.tsx';
import { PersonSessions } from './person-sessions.tsx';
import { PersonState } from './person-state.tsx';
import { SignInPanel } from './sign-in-panel.tsx';

const route = getRouteApi('/console/people/$userId');

/** One person: their roles, how they get in, and where they are signed in. */
export function PersonPage() {
  const userId = route.useParams().userId as UserId;
  const read = useQuery(queries.users.get.queryOptions({ input: { userId } }));
  const mayManage = useMay('users:manage');
  const isMe = useMe()?.id === userId;
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const user = read.data;
  return (
    <div className={pageClasses.page}>
      <div>
        <PageLink to="/people">People</PageLink>
        <Group justify="space-between">
          <Group gap={12}>
            <PageTitle>{user.name}</PageTitle>
            <PersonState state={user.state} />
          </Group>
          <PageLink to="/rights" search={{ user: user.id }}>
            What may {user.name} do, and why
          </PageLink>
        </Group>
        <Text size="sm" c="dimmed">
          {user.email}
          {isMe && ', which is you'} · seen <When at={user.lastSeenAt} missing="never signed in" />
        </Text>
      </div>
      <GrantsPanel user={user} mayManage={mayManage} />
      {mayManage && <SignInPanel user={user} />}
      {mayManage && <PersonSessions user={user} />}
    </div>
  );
}
