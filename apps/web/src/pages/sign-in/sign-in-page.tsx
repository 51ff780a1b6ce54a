import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { toFailure } from '../../api/problem.ts';
import { queryClient } from '../../api/query-client.ts';
import { meQuery } from '../../api/session.ts';
import { Doorway } from './doorway.tsx';
import { ProviderButtons } from './provider-buttons.tsx';
import { providerProblemText } from './provider-problem.ts';

const route = getRouteApi('/sign-in');

/** Email and password; leads back to where the person wanted to go. */
export function SignInPage() {
  const { to, problem } = route.useSearch();
  const router = useRouter();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.auth.login({ email, password, cookie: true }),
    onSuccess: ({ user }) => {
      queryClient.clear();
      queryClient.setQueryData(meQuery().queryKey, user);
      router.history.replace(to ?? '/devices');
    },
  });
  return (
    <Doorway title="Sign in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack gap="md">
          {signIn.isError && <Refusal error={signIn.error} />}
          {problem && !signIn.isError && (
            <Alert color="red" role="alert" title="Not signed in">
              {providerProblemText(problem)}
            </Alert>
          )}
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
          <ProviderButtons to={to} />
          <Text size="xs" c="dimmed">
            First start? Open the set-up link that the server printed where it was started.
          </Text>
        </Stack>
      </form>
    </Doorway>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { text, code } = toFailure(error);
  return (
    <Alert color="red" role="alert" title={code === 'unauthenticated' ? 'Not signed in' : undefined}>
      {text}
    </Alert>
  );
}
