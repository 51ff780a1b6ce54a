import { Button, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { Panel } from '../../parts/panel.tsx';
import { MIN_PASSWORD, shortBy } from '../sign-in/new-password.ts';
import { readSessionsAnew } from './read-anew.ts';

const NOTHING = { currentPassword: '', newPassword: '' };

/** Another password, by saying the present one. */
export function PasswordPanel({ email }: { email: string }) {
  const [typed, setTyped] = useState(NOTHING);
  const missing = shortBy(typed.newPassword);
  const change = useAction({
    run: () => api.passwords.change(typed),
    said: () => ({ title: 'Your password is changed', text: 'Your other sessions are ended.' }),
    failed: () => 'Could not change your password',
    after: async () => {
      setTyped(NOTHING);
      await readSessionsAnew();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing === 0) change.mutate();
  };
  const field = (name: keyof typeof NOTHING) => ({
    value: typed[name],
    required: true,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <Panel title="Password">
      <form onSubmit={submit}>
        <Stack gap="sm" maw={360}>
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            {...field('currentPassword')}
          />
          <PasswordInput
            label="New password"
            description={`At least ${MIN_PASSWORD} characters`}
            autoComplete="new-password"
            error={typed.newPassword !== '' && missing > 0 ? `${missing} more` : null}
            {...field('newPassword')}
          />
          <Button
            type="submit"
            variant="default"
            w="fit-content"
            disabled={missing > 0 || typed.currentPassword === ''}
            loading={change.isPending}
          >
            Change password
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
