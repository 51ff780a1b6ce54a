import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { toFailure } from '../../api/problem.ts';
import { askPasskey, knowsPasskeys } from './ask-passkey.ts';
import { ProviderButtons } from './provider-buttons.tsx';
import { providerProblemText } from './provider-problem.ts';
import { Refusal } from './refusal.tsx';

type SignedIn = Awaited<ReturnType<typeof api.auth.login>>;

/** The password was right: what is still missing, and by what it can be given. */
export type FactorTicket = { readonly ticket: string; readonly methods: readonly string[] };

type PasswordFormProps = {
  readonly to: string | undefined;
  /** Why a provider sent the person back. */
  readonly problem: string | undefined;
  readonly onSignedIn: (answer: SignedIn) => void;
  readonly onFactor: (asked: FactorTicket) => void;
};

/** The first step: a password, a passkey that is enough alone, or a provider. */
export function PasswordForm({ to, problem, onSignedIn, onFactor }: PasswordFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.auth.login({ email, password, cookie: true }),
    onSuccess: onSignedIn,
    onError: (error) => {
      const asked = factorTicket(error);
      if (asked) onFactor(asked);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {signIn.isError && !factorTicket(signIn.error) && <Refusal error={signIn.error} />}
        {problem && !signIn.isError && (
          <Alert color="red" role="alert" title="Not signed in">
            {providerProblemText(problem)}
          </Alert>
        )}
        <TextInput
          label="Email"
          inputMode="email"
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
        {knowsPasskeys() && <PasskeyButton onSignedIn={onSignedIn} />}
        <ProviderButtons to={to} />
        <Text size="xs" c="dimmed">
          First start? Open the set-up link that the server printed where it was started.
        </Text>
      </Stack>
    </form>
  );
}

function PasskeyButton({ onSignedIn }: { onSignedIn: (answer: SignedIn) => void }) {
  const signIn = useMutation({
    mutationFn: async () => {
      const answer = await askPasskey(await api.factors.passkeyOptions({}));
      return api.factors.passkeySignIn({ ...answer, cookie: true });
    },
    onSuccess: onSignedIn,
  });
  return (
    <>
      {signIn.isError && <Refusal error={signIn.error} />}
      <Button
        variant="default"
        fullWidth
        loading={signIn.isPending}
        leftSection={<IconFingerprint size={17} aria-hidden />}
        onClick={() => signIn.mutate()}
      >
        Use a passkey
      </Button>
    </>
  );
}

function factorTicket(error: unknown): FactorTicket | undefined {
  const { code, params } = toFailure(error);
  if (code !== 'factor_required' || typeof params.ticket !== 'string') return undefined;
  return { ticket: params.ticket, methods: Array.isArray(params.methods) ? params.methods.map(String) : [] };
}
