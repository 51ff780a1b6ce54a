import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { Role } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import pageClasses from '../page.module.css';

const RoleDialog = lazy(() => import('./role-dialog.tsx'));

/** What is open over the list. */
type Asked = { readonly deed: 'look' | 'add' | 'remove'; readonly id: Role['id'] | undefined };

/** What people may do: the built-in roles, and those of one's own. */
export function RolesPage() {
  const read = useQuery(queries.access.roles.queryOptions());
  const mayManage = useMay('roles:manage');
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const role = read.data?.items.find(({ id }) => id === asked?.id);
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <PageTitle>Roles</PageTitle>
          <Text size="sm" c="dimmed">
            What people may do. Where they may do it is said when a role is given.
          </Text>
        </div>
        {mayManage && <Button onClick={() => setAsked({ deed: 'add', id: undefined })}>Add a role</Button>}
      </Group>
      {read.isPending && <Loading lines={5} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && (
        <Panel title="All roles">
          <ScrollTable label="Roles" head={['Role', 'What it is for', 'Permissions', 'Given', '']}>
            {read.data.items.map((one) => (
              <RoleRow
                key={one.id}
                role={one}
                mayManage={mayManage}
                onAsk={(deed) => setAsked({ deed, id: one.id })}
              />
            ))}
          </ScrollTable>
        </Panel>
      )}
      <Suspense>
        {(asked?.deed === 'add' || (asked?.deed === 'look' && role)) && (
          <RoleDialog role={role} mayManage={mayManage} onClose={close} />
        )}
      </Suspense>
      {asked?.deed === 'remove' && role && <RemoveRole role={role} onClose={close} />}
    </div>
  );
}

type RoleRowProps = {
  readonly role: Role;
  readonly mayManage: boolean;
  readonly onAsk: (deed: 'look' | 'remove') => void;
};

function RoleRow({ role, mayManage, onAsk }: RoleRowProps) {
  const { name, description, builtIn, permissions, grants } = role;
  const mayChange = mayManage && !builtIn;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="2px 8px">
          <Text size="sm" fw={550}>
            {name}
          </Text>
          {builtIn && (
            <Badge size="sm" variant="default" flex="none">
              Built in
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{description || <Missing because="nothing was said" />}</Table.Td>
      <Table.Td>{permissions.length}</Table.Td>
      <Table.Td>{grants === 0 ? 'never' : grants === 1 ? 'once' : `${grants} times`}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" justify="flex-end">
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onAsk('look')}
            aria-label={`${mayChange ? 'Change' : 'Look at'} role ${name}`}
          >
            {mayChange ? 'Change' : 'Look at'}
          </Button>
          {mayChange && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onAsk('remove')}
              aria-label={`Remove role ${name}`}
            >
              Remove
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function RemoveRole({ role: { id: roleId, name, grants }, onClose }: { role: Role; onClose: () => void }) {
  return (
    <RemoveDialog
      noun="role"
      name={name}
      remove={() => api.access.removeRole({ roleId })}
      after={() => queryClient.invalidateQueries({ queryKey: queries.access.roles.key() })}
      command={musterLine('roles remove', [name])}
      onClose={onClose}
    >
      {grants > 0
        ? `It is given ${grants === 1 ? 'once' : `${grants} times`}: withdraw it from those people first.`
        : 'Nobody has it.'}
    </RemoveDialog>
  );
}
