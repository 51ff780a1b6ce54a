import { Button, Text } from '@mantine/core';
import type { PasswordLink, User } from '@muster/contracts';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { Dialog } from '../../actions/dialog.tsx';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PasswordLinkOnce } from './password-link.tsx';
import classes from './people.module.css';
import { readPeopleAnew } from './read-people-anew.ts';

type Asked = 'factors' | 'disable' | 'remove';

/** How a person gets in: a new password, second factors, and keeping them out. */
export function SignInPanel({ user }: { user: User }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const isMe = useMe()?.id === user.id;
  return (
    <Panel title="Sign-in">
      <ul className={classes.deeds}>
        <PasswordDeed user={user} />
        <Deed
          title="Second factors"
          text="For somebody who lost them: all are taken away, and their sessions end."
        >
          <Button size="xs" variant="default" onClick={() => setAsked('factors')}>
            Reset second factors
          </Button>
        </Deed>
        {!isMe && <StateDeed user={user} onDisable={() => setAsked('disable')} />}
        {!isMe && (
          <Deed title="Remove" text="Their sessions and keys end. The audit log keeps what they did.">
            <Button size="xs" variant="default" onClick={() => setAsked('remove')}>
              Remove {user.name}
            </Button>
          </Deed>
        )}
      </ul>
      {asked === 'factors' && <ResetFactors user={user} onClose={close} />}
      {asked === 'disable' && <Disable user={user} onClose={close} />}
      {asked === 'remove' && <Remove user={user} onClose={close} />}
    </Panel>
  );
}

function Deed({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <li className={classes.deed}>
      <div>
        <Text size="sm" fw={550}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {text}
        </Text>
      </div>
      <span className={classes.buttons}>{children}</span>
    </li>
  );
}

function PasswordDeed({ user }: { user: User }) {
  const [link, setLink] = useState<PasswordLink>();
  const isInvited = user.state === 'invited';
  const reset = useAction({
    run: () => api.users.resetPassword({ userId: user.id }),
    said: () => null,
    failed: () => `Could not make a link for ${user.name}`,
    after: (made) => made && setLink(made),
  });
  return (
    <Deed
      title={isInvited ? 'Invitation' : 'Password'}
      text={
        isInvited
          ? 'A new link takes the place of the one that was sent.'
          : 'The old password works until the link is used.'
      }
    >
      <CopyCommand line={`muster users password-link ${user.email}`} />
      <Button size="xs" variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
        {isInvited ? 'Renew the invitation' : 'Make a password link'}
      </Button>
      {link && (
        <Dialog
          opened
          onClose={() => setLink(undefined)}
          closeOnClickOutside={false}
          size="lg"
          title={`A link for ${user.name}`}
        >
          <PasswordLinkOnce link={link} name={user.name} onClose={() => setLink(undefined)} />
        </Dialog>
      )}
    </Deed>
  );
}

function StateDeed({ user, onDisable }: { user: User; onDisable: () => void }) {
  const enable = useAction({
    run: () => api.users.enable({ userId: user.id }),
    said: () => ({ title: `${user.name} can sign in again` }),
    failed: () => `Could not enable ${user.name}`,
    after: readPeopleAnew,
  });
  if (user.state === 'disabled') {
    return (
      <Deed title="Disabled" text="Their roles and keys are kept, and count for nothing meanwhile.">
        <CopyCommand line={`muster users enable ${user.email}`} />
        <Button size="xs" variant="default" loading={enable.isPending} onClick={() => enable.mutate()}>
          Enable {user.name}
        </Button>
      </Deed>
    );
  }
  return (
    <Deed title="Disable" text="Keeps them out at once. It can be undone.">
      <Button size="xs" variant="default" onClick={onDisable}>
        Disable {user.name}
      </Button>
    </Deed>
  );
}

type AskProps = { readonly user: User; readonly onClose: () => void };

function ResetFactors({ user: { id: userId, name }, onClose }: AskProps) {
  const reset = useAction({
    run: () => api.factors.reset({ userId }),
    said: () => ({ title: `${name} has no second factors now`, text: 'Their sessions have ended.' }),
    failed: () => `Could not reset the second factors of ${name}`,
    after: async () => {
      onClose();
      await readPeopleAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => reset.mutate()}
      title={`Reset the second factors of ${name}`}
      verb="Reset"
      isDangerous
      typed={name}
      isBusy={reset.isPending}
    >
      <Text size="sm">
        Until {name} sets up new ones, the password alone lets in. Be sure that it is {name} who asks. Where a
        role demands a factor, they set up a new one when they sign in.
      </Text>
    </ConfirmDialog>
  );
}

function Disable({ user: { id: userId, name, email }, onClose }: AskProps) {
  const disable = useAction({
    run: () => api.users.disable({ userId }),
    said: () => ({ title: `${name} is disabled`, text: 'Sessions, links and keys of theirs do not work.' }),
    failed: () => `Could not disable ${name}`,
    after: async () => {
      onClose();
      await readPeopleAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => disable.mutate()}
      title={`Disable ${name}`}
      verb="Disable"
      isDangerous
      isBusy={disable.isPending}
      command={`muster users disable ${email}`}
    >
      <Text size="sm">Sessions, links and API keys of theirs end at once. You can enable them again.</Text>
    </ConfirmDialog>
  );
}

function Remove({ user: { id: userId, name, email }, onClose }: AskProps) {
  const navigate = useNavigate();
  return (
    <RemoveDialog
      name={name}
      remove={() => api.users.remove({ userId })}
      after={async (isRemoved) => {
        if (isRemoved) await navigate({ to: '/people' });
        await readPeopleAnew();
      }}
      command={`muster users remove ${email}`}
      onClose={onClose}
    >
      They cannot sign in again, and this cannot be undone. Invite them anew if need be.
    </RemoveDialog>
  );
}
