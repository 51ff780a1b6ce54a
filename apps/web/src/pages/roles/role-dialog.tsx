import { Text, Textarea, TextInput } from '@mantine/core';
import type { Permission, Role } from '@muster/contracts';
import { useState } from 'react';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { useDraft } from '../../actions/use-draft.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { PermissionChoice } from './permission-choice.tsx';

type RoleDialogProps = {
  /** As it is now; undefined: a new one. */
  readonly role: Role | undefined;
  readonly mayManage: boolean;
  readonly onClose: () => void;
};

type RoleDraft = { name: string; description: string; permissions: Permission[] };

/** Adds a role, changes one of one's own, or shows what a built-in one holds. */
export default function RoleDialog({ role, mayManage, onClose }: RoleDialogProps) {
  const [base] = useState(role);
  const { name = '', description = '', permissions = [] } = role ?? {};
  const { draft, change } = useDraft<RoleDraft>({ name, description, permissions });
  const save = useSave(role, onClose);
  const isReadOnly = !mayManage || base?.builtIn === true;
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate(draft)}
      size="xl"
      title={base ? `Role ${base.name}` : 'Add a role'}
      verb={isReadOnly ? undefined : base ? 'Save' : 'Add'}
      leave={isReadOnly ? 'Close' : base ? 'Keep as it is' : 'Cancel'}
      isReady={draft.permissions.length > 0}
      isBusy={save.isPending}
      command={isReadOnly ? undefined : lineOf(role, draft)}
    >
      {base && role && base.etag !== role.etag && (
        <ChangedMeanwhile before={wordsOf(base)} now={wordsOf(role)} />
      )}
      {base?.builtIn && (
        <Text size="sm">{base.description} A built-in role is the same in every installation.</Text>
      )}
      {!base?.builtIn && <RoleText {...{ draft, isReadOnly }} onChange={change} />}
      <PermissionChoice
        chosen={new Set(draft.permissions)}
        onChange={(permissions) => change({ permissions })}
        isReadOnly={isReadOnly}
      />
    </FormDialog>
  );
}

type RoleTextProps = {
  readonly draft: RoleDraft;
  readonly isReadOnly: boolean;
  readonly onChange: (part: Partial<RoleDraft>) => void;
};

function RoleText({ draft, isReadOnly, onChange }: RoleTextProps) {
  return (
    <>
      <TextInput
        label="Name"
        required
        maxLength={200}
        readOnly={isReadOnly}
        data-autofocus
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label="What it is for"
        autosize
        maxLength={1_000}
        readOnly={isReadOnly}
        value={draft.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
    </>
  );
}

function useSave(role: Role | undefined, onClose: () => void) {
  return useAction({
    run: (draft: RoleDraft) =>
      role
        ? api.access.updateRole({ ...draft, roleId: role.id }, { context: { ifMatch: role.etag } })
        : api.access.createRole(draft),
    said: ({ name }) => ({
      title: `Role ${name} is ${role ? 'saved' : 'added'}`,
      ...(role ? { text: 'Whoever has it may do so from their next request on.' } : {}),
    }),
    failed: ({ name }) => `Could not save role ${name}`,
    after: async (saved) => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: queries.access.key() }),
        queryClient.invalidateQueries({ queryKey: meQuery().queryKey }),
      ]);
      if (saved) onClose();
    },
  });
}

/** The `muster` line that saves what the form says. */
function lineOf(role: Role | undefined, { name, description, permissions }: RoleDraft): string {
  if (!role)
    return musterLine('roles create', [name, ...permissions], { description: description || undefined });
  return musterLine('roles change', [role.name], { name, description, permission: permissions });
}

function wordsOf({ name, description, permissions }: Role): Record<string, string> {
  return { Name: name, 'What it is for': description, Permissions: permissions.join(', ') };
}
