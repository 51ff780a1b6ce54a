import { Button, Group, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { User } from '@muster/contracts';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { ShowMore } from '../../list/show-more.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { When } from '../../parts/when.tsx';
import pageClasses from '../page.module.css';
import { useGrantText } from './grant-text.ts';
import { PersonState } from './person-state.tsx';

const InviteDialog = lazy(() => import('./invite-dialog.tsx'));
const route = getRouteApi('/console/people');
const TYPING_MS = 200;

/** Everybody who can sign in, or could. */
export function PeoplePage() {
  const { search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayManage = useMay('users:manage');
  const [isAsked, setAsked] = useState(false);
  const find = useDebouncedCallback((text: string) => {
    void navigate({ search: text === '' ? {} : { search: text }, replace: true });
  }, TYPING_MS);
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <PageTitle>People</PageTitle>
          <Text size="sm" c="dimmed">
            Who can sign in, and what they may do where.
          </Text>
        </div>
        {mayManage && <Button onClick={() => setAsked(true)}>Invite a person</Button>}
      </Group>
      <TextInput
        aria-label="Search people"
        placeholder="Name or email address"
        leftSection={<IconSearch size={15} aria-hidden />}
        maw={360}
        maxLength={200}
        defaultValue={search}
        onChange={(event) => find(event.currentTarget.value.trim())}
      />
      <PeopleList search={search} />
      <Suspense>{isAsked && <InviteDialog onClose={() => setAsked(false)} />}</Suspense>
    </div>
  );
}

function PeopleList({ search }: { search: string }) {
  const read = useInfiniteQuery(
    queries.users.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: 100, search, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      placeholderData: (before) => before,
    }),
  );
  if (read.isPending) return <Loading lines={5} />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const rows = read.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0)
    return <Empty title="Nobody matches" text="No name and no address holds that text." />;
  return (
    <>
      <ScrollTable label="People" head={['Name', 'State', 'Email', 'Roles', 'Last seen']}>
        {rows.map((user) => (
          <PersonRow key={user.id} user={user} />
        ))}
      </ScrollTable>
      <ShowMore of={read} />
    </>
  );
}

function PersonRow({ user: { id, name, state, email, grants, lastSeenAt } }: { user: User }) {
  const grantText = useGrantText();
  return (
    <Table.Tr>
      <Table.Td>
        <PageLink to="/people/$userId" params={{ userId: id }}>
          {name}
        </PageLink>
      </Table.Td>
      <Table.Td>
        <PersonState state={state} />
      </Table.Td>
      <Table.Td>{email}</Table.Td>
      <Table.Td>{grants.map(grantText).join('; ') || <Missing because="no role was given" />}</Table.Td>
      <Table.Td>
        <When at={lastSeenAt} missing="never signed in" />
      </Table.Td>
    </Table.Tr>
  );
}
