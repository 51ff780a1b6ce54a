import { TextInput } from '@mantine/core';
import type { PasswordLink } from '@muster/contracts';
import { useState } from 'react';
import { Dialog } from '../../actions/dialog.tsx';
import { DialogForm } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { PasswordLinkOnce } from './password-link.tsx';
import { readPeopleAnew } from './read-people-anew.ts';
import { grantOf, grantOptions, RoleFields, useRoleDraft } from './role-fields.tsx';

type Invited = { readonly link: PasswordLink; readonly name: string };

/** Invites a person by a link, with a role from the start. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const [invited, setInvited] = useState<Invited>();
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      // A link that is shown once is not to vanish by a click beside it.
      closeOnClickOutside={!invited}
      title={invited ? `${invited.name} is invited` : 'Invite a person'}
    >
      {invited ? (
        <PasswordLinkOnce {...invited} onClose={onClose} />
      ) : (
        <InviteForm onInvited={setInvited} onClose={onClose} />
      )}
    </Dialog>
  );
}

function InviteForm(props: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const { draft, setDraft } = useRoleDraft();
  const invite = useAction({
    run: () => {
      const grant = grantOf(draft);
      return api.users.invite({ email: email.trim(), name, grants: grant ? [grant] : [] });
    },
    said: () => null,
    failed: () => `Could not invite ${name}`,
    after: async (answer) => {
      await readPeopleAnew();
      if (answer) props.onInvited({ link: answer.link, name: answer.user.name });
    },
  });
  return (
    <DialogForm
      onClose={props.onClose}
      onSubmit={() => invite.mutate()}
      verb="Make the link"
      isReady={draft.role === undefined || draft.place !== undefined}
      isBusy={invite.isPending}
      command={musterLine('users invite', [email || 'EMAIL', name || 'NAME'], grantOptions(draft))}
    >
      <TextInput
        label="Name"
        required
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Email"
        type="email"
        required
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RoleFields draft={draft} onChange={setDraft} isRequired={false} />
    </DialogForm>
  );
}
