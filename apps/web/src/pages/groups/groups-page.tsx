import { Button, Group as Row, Table, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import pageClasses from '../page.module.css';
import { groupTree, type PlacedGroup, queryOfGroup } from './group-tree.ts';
import classes from './groups.module.css';
import { KindBadge } from './kind-badge.tsx';
import { useGroups } from './use-groups.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));

/** All groups as a tree, with what they mean and how many devices are in them. */
export function GroupsPage() {
  const read = useGroups();
  const mayManage = useMay('groups:manage');
  const [adding, setAdding] = useState<'static' | 'smart'>();
  const groups = read.data?.items ?? [];
  return (
    <div className={pageClasses.page}>
      <Row justify="space-between" align="start">
        <div>
          <PageTitle>Groups</PageTitle>
          <Text size="sm" c="dimmed">
            Sets of devices beside the sites: chosen by hand, or by a query that follows every change.
          </Text>
        </div>
        {mayManage && (
          <Row gap="xs">
            <Button onClick={() => setAdding('smart')}>Add a smart group</Button>
            <Button variant="default" onClick={() => setAdding('static')}>
              Add a static group
            </Button>
          </Row>
        )}
      </Row>
      {read.isPending && <Loading lines={6} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && groups.length === 0 && (
        <Empty
          title="No groups yet"
          text="A smart group holds whatever its query finds, such as os = linux and disk.free < 10%; a static one holds the devices that you put there."
        />
      )}
      {groups.length > 0 && (
        <Panel title="All groups">
          <ScrollTable label="Groups" head={['Group', 'Kind', 'Devices', 'Priority', 'What it means']}>
            {groupTree(groups).map((placed) => (
              <GroupRow key={placed.group.id} {...placed} />
            ))}
          </ScrollTable>
        </Panel>
      )}
      <Suspense>
        {adding && <GroupDialog kind={adding} group={undefined} onClose={() => setAdding(undefined)} />}
      </Suspense>
    </div>
  );
}

function GroupRow({ group, depth }: PlacedGroup) {
  const { id, orgId, name, kind, devices, settled, priority, query, description } = group;
  const whose = useOrganisationNames()?.get(orgId);
  // Groups of two organisations may have one name.
  const scope = whose === undefined ? undefined : `org:${orgId}`;
  return (
    <Table.Tr>
      <Table.Td style={{ paddingInlineStart: 10 + depth * 22 }}>
        <PageLink to="/groups/$groupId" params={{ groupId: id }}>
          {name}
        </PageLink>
        {whose !== undefined && (
          <Text size="xs" c="dimmed">
            {whose}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <KindBadge kind={kind} />
      </Table.Td>
      <Table.Td>
        <PageLink to="/devices" search={{ q: queryOfGroup(name), scope }} aria-label={`Devices of ${name}`}>
          {devices.toLocaleString()}
        </PageLink>
        {!settled && (
          <Text span size="xs" c="dimmed">
            {' '}
            being found…
          </Text>
        )}
      </Table.Td>
      <Table.Td>{priority}</Table.Td>
      <Table.Td className={classes.meaning}>
        {query ? (
          <span className={classes.query}>{query}</span>
        ) : (
          description || <Missing because="people choose its devices, and nothing was said about it" />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
