import { Button, Group, Table, Text } from '@mantine/core';
import type { Grant, User } from '@muster/contracts';
import { useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { When } from '../../parts/when.tsx';
import { useGrantPlace, useGrantText } from './grant-text.ts';
import { readPeopleAnew } from './read-people-anew.ts';
import { grantOf, grantOptions, RoleFields, useRoleDraft } from './role-fields.tsx';

/** Which roles a person has, and where. */
export function GrantsPanel({ user, mayManage }: { user: User; mayManage: boolean }) {
  const [isAsked, setAsked] = useState(false);
  const [leaving, setLeaving] = useState<Grant>();
  const placeOf = useGrantPlace();
  const grantText = useGrantText();
  return (
    <Panel
      title="Roles"
      aside={
        mayManage && (
          <Button size="xs" onClick={() => setAsked(true)}>
            Give a role
          </Button>
        )
      }
    >
      {user.grants.length === 0 ? (
        <Text size="sm">No role was given: {user.name} can sign in and do nothing.</Text>
      ) : (
        <ScrollTable label={`Roles of ${user.name}`} head={['Role', 'Where', 'Given by', 'Since', '']}>
          {user.grants.map((grant) => (
            <Table.Tr key={grant.id}>
              <Table.Td>{grant.roleName}</Table.Td>
              <Table.Td>{placeOf(grant) ?? 'Everywhere'}</Table.Td>
              <Table.Td>{grant.provider === null ? 'a person' : `groups of ${grant.provider}`}</Table.Td>
              <Table.Td>
                <When at={grant.createdAt} />
              </Table.Td>
              <Table.Td>
                {mayManage && grant.provider === null && (
                  <Group justify="flex-end">
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => setLeaving(grant)}
                      aria-label={`Withdraw ${grantText(grant)}`}
                    >
                      Withdraw
                    </Button>
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
      {isAsked && <GiveRole user={user} onClose={() => setAsked(false)} />}
      {leaving && <Withdraw user={user} grant={leaving} onClose={() => setLeaving(undefined)} />}
    </Panel>
  );
}

function GiveRole({ user, onClose }: { user: User; onClose: () => void }) {
  const { draft, setDraft } = useRoleDraft();
  const wanted = grantOf(draft);
  const grantText = useGrantText();
  const give = useAction({
    run: (grant: NonNullable<typeof wanted>) => api.access.grant({ ...grant, userId: user.id }),
    said: (grant) => ({ title: `${user.name} is ${grantText(grant)}` }),
    failed: () => `Could not give ${user.name} the role`,
    after: async (grant) => {
      await readPeopleAnew();
      if (grant) onClose();
    },
  });
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => wanted && give.mutate(wanted)}
      title={`Give ${user.name} a role`}
      verb="Give"
      isReady={wanted !== undefined}
      isBusy={give.isPending}
      command={musterLine('users grant', [user.email], { role: 'ROLE', ...grantOptions(draft) })}
    >
      <RoleFields draft={draft} onChange={setDraft} isRequired />
    </FormDialog>
  );
}

function Withdraw({ user, grant, onClose }: { user: User; grant: Grant; onClose: () => void }) {
  const what = useGrantText()(grant);
  const withdraw = useAction({
    run: () => api.access.withdraw({ grantId: grant.id }),
    said: () => ({ title: `${user.name} is no longer ${what}` }),
    failed: () => `Could not withdraw ${what}`,
    after: async () => {
      onClose();
      await readPeopleAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => withdraw.mutate()}
      title={`Withdraw ${what}`}
      verb="Withdraw"
      isDangerous
      isBusy={withdraw.isPending}
      command={`muster users withdraw ${grant.id}`}
    >
      <Text size="sm">
        From the next request on {user.name} may not do by it what they may do now. It can be given again.
      </Text>
    </ConfirmDialog>
  );
}
