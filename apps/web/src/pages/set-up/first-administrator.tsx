import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { MIN_PASSWORD, shortBy } from '../sign-in/new-password.ts';
import { createAdministrator, type SetUpAnswer } from './create-administrator.ts';

type FirstAdministratorProps = { readonly token: string; readonly onDone: (answer: SetUpAnswer) => void };

/** Makes the first person of this installation. */
export function FirstAdministrator({ token, onDone }: FirstAdministratorProps) {
  const [typed, setTyped] = useState({ token, name: '', email: '', password: '' });
  const create = useMutation({ mutationFn: () => createAdministrator(typed), onSuccess: onDone });
  const field = (name: keyof typeof typed) => ({
    value: typed[name],
    required: true,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
  });
  const isShort = typed.password !== '' && shortBy(typed.password) > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isShort) create.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          You become the first administrator of this installation.
        </Text>
        {create.isError && (
          <Alert color="red" role="alert">
            {create.error.message}
          </Alert>
        )}
        {token === '' && (
          <TextInput
            label="Set-up token"
            description="Printed where the server was started"
            autoComplete="off"
            {...field('token')}
          />
        )}
        <TextInput label="Your name" autoComplete="name" {...field('name')} />
        <TextInput label="Email" type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label="Password"
          description={`At least ${MIN_PASSWORD} characters`}
          autoComplete="new-password"
          error={isShort ? `${shortBy(typed.password)} more` : null}
          {...field('password')}
        />
        <Button type="submit" loading={create.isPending} fullWidth>
          Create administrator
        </Button>
      </Stack>
    </form>
  );
}
