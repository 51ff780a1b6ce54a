import { Button, Group as Row, Text } from '@mantine/core';
import type { Group } from '@muster/contracts';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PlacePolicyPanel } from '../../places/place-policy-panel.tsx';
import pageClasses from '../page.module.css';
import { CameAndWent } from './came-and-went.tsx';
import { GroupTagsPanel } from './group-tags.tsx';
import { queryOfGroup } from './group-tree.ts';
import classes from './groups.module.css';
import { KindBadge } from './kind-badge.tsx';
import { Members } from './members.tsx';
import { readGroupsAnew } from './read-groups-anew.ts';
import { useGroups } from './use-groups.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));
const route = getRouteApi('/console/groups/$groupId');

/** One group: what it means, which groups it lies in, and its devices. */
export function GroupPage() {
  const { groupId } = route.useParams();
  const read = useGroups();
  const groups = read.data?.items ?? [];
  const group = groups.find(({ id }) => id === groupId);
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  if (!group)
    return (
      <Empty title="There is no such group" text="It was removed, or you may not see it.">
        <PageLink to="/groups">Go to the groups</PageLink>
      </Empty>
    );
  return (
    <div className={pageClasses.page}>
      <Head group={group} />
      <Panel title="What it means">
        <Meaning group={group} groups={groups} />
      </Panel>
      <Members group={group} />
      {group.kind === 'smart' && <CameAndWent group={group} />}
      {group.kind === 'smart' && <GroupTagsPanel key={group.id} group={group} />}
      <PlacePolicyPanel
        place={{ kind: 'group', id: group.id, name: group.name }}
        record={
          <PageLink to="/groups/$groupId" params={{ groupId }}>
            Open the group
          </PageLink>
        }
      />
    </div>
  );
}

function Head({ group }: { group: Group }) {
  const mayManage = useMay('groups:manage');
  const [deed, setDeed] = useState<'change' | 'remove'>();
  const close = () => setDeed(undefined);
  return (
    <div>
      <PageLink to="/groups">Groups</PageLink>
      <Row justify="space-between">
        <div className={classes.name}>
          <PageTitle>{group.name}</PageTitle>
          <KindBadge kind={group.kind} />
          <CopyCommand line={musterLine('groups devices', [group.name])} />
        </div>
        {mayManage && (
          <Row gap="xs">
            <Button size="xs" variant="default" onClick={() => setDeed('change')}>
              Change
            </Button>
            <Button
              size="xs"
              variant="default"
              c="var(--mantine-color-error)"
              onClick={() => setDeed('remove')}
            >
              Remove
            </Button>
          </Row>
        )}
      </Row>
      {group.description && <Text size="sm">{group.description}</Text>}
      <Suspense>
        {deed === 'change' && <GroupDialog kind={group.kind} group={group} onClose={close} />}
      </Suspense>
      {deed === 'remove' && <RemoveGroup group={group} onClose={close} />}
    </div>
  );
}

function Meaning({ group, groups }: { group: Group; groups: readonly Group[] }) {
  const outer = groups.find(({ id }) => id === group.parentId);
  const inside = groups.filter(({ parentId }) => parentId === group.id);
  const whose = useOrganisationNames()?.get(group.orgId);
  const scope = whose === undefined ? undefined : `org:${group.orgId}`;
  return (
    <Facts
      facts={[
        ...(whose === undefined ? [] : [{ name: 'Organisation', value: whose }]),
        {
          name: 'Devices',
          value: (
            <PageLink to="/devices" search={{ q: queryOfGroup(group.name), scope }}>
              {`${group.devices.toLocaleString()}${inside.length > 0 ? ', and those of groups inside' : ''}`}
            </PageLink>
          ),
        },
        group.query
          ? { name: 'Query', value: group.query, mono: true }
          : { name: 'Chosen', value: 'by hand' },
        { name: 'Priority', value: String(group.priority) },
        { name: 'Lies in', value: outer ? <Named groups={[outer]} /> : 'no other group' },
        { name: 'Groups inside', value: inside.length > 0 ? <Named groups={inside} /> : 'none' },
      ]}
    />
  );
}

function Named({ groups }: { groups: readonly Group[] }) {
  return (
    <Row gap="xs">
      {groups.map(({ id, name }) => (
        <PageLink key={id} to="/groups/$groupId" params={{ groupId: id }}>
          {name}
        </PageLink>
      ))}
    </Row>
  );
}

function RemoveGroup({
  group: { id: groupId, name, devices },
  onClose,
}: {
  group: Group;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  return (
    <RemoveDialog
      noun="group"
      name={name}
      remove={() => api.groups.remove({ groupId })}
      after={async (isRemoved) => {
        if (isRemoved) await navigate({ to: '/groups' });
        await readGroupsAnew();
      }}
      command={musterLine('groups remove', [name])}
      onClose={onClose}
    >
      Its {devices === 1 ? 'device stays' : `${devices.toLocaleString()} devices stay`}; what its policy and
      tags said of them ends. It is refused while a role, another group or a query stands on it.
    </RemoveDialog>
  );
}
