import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, queries } from '../../api/client.ts';
import { toFailure } from '../../api/problem.ts';
import { Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Doorway } from './doorway.tsx';
import { MIN_PASSWORD, shortBy } from './new-password.ts';
import { takeToken } from './take-token.ts';

/** Where an invitation, or the link of a password reset, leads: whoever holds it chooses a password, once. */
export function PasswordLinkPage() {
  const [token] = useState(takeToken);
  const read = useQuery(
    queries.passwords.inspect.queryOptions({ input: { token }, enabled: token !== '', retry: false }),
  );
  if (token !== '' && read.isPending) return <Loading />;
  if (!read.data) {
    const text = read.isError
      ? toFailure(read.error).text
      : 'The link was cut: open it as it was sent to you.';
    return (
      <Doorway title="This link does not work">
        <Stack gap="md">
          <Alert color="red" role="alert">
            {text}
          </Alert>
          <PageLink to="/sign-in">Go to sign-in</PageLink>
        </Stack>
      </Doorway>
    );
  }
  const { name, email, purpose } = read.data;
  return (
    <Doorway title={purpose === 'invitation' ? `Welcome, ${name}` : 'Choose a new password'}>
      <PasswordForm {...{ token, email }} />
    </Doorway>
  );
}

function PasswordForm({ token, email }: { token: string; email: string }) {
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const redeem = useMutation({
    mutationFn: () => api.passwords.redeem({ token, password }),
    onSuccess: () => navigate({ to: '/sign-in', search: {} }),
  });
  const missing = shortBy(password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing === 0) redeem.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {redeem.isError && (
          <Alert color="red" role="alert">
            {toFailure(redeem.error).text}
          </Alert>
        )}
        <Text size="sm">
          You sign in as <b>{email}</b>.
        </Text>
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label="Password"
          description={`At least ${MIN_PASSWORD} characters`}
          autoComplete="new-password"
          required
          error={password !== '' && missing > 0 ? `${missing} more` : null}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={redeem.isPending} disabled={missing > 0} fullWidth>
          Choose this password
        </Button>
      </Stack>
    </form>
  );
}
