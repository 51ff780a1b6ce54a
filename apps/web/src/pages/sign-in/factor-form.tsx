import { Anchor, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { PasskeyChallenge, Proof } from '@muster/contracts';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { askPasskey } from './ask-passkey.ts';
import { Refusal } from './refusal.tsx';

type Method = Proof['method'];

const OFFERED: readonly { readonly method: Method; readonly offer: string }[] = [
  { method: 'passkey', offer: 'Use a passkey' },
  { method: 'totp', offer: 'Use a code from your app' },
  { method: 'password', offer: 'Use your password' },
  { method: 'recovery', offer: 'Use a recovery code' },
];

export type FactorFormProps = {
  /** By what it can be proved, as the server says. */
  readonly methods: readonly string[];
  readonly challenge: () => Promise<PasskeyChallenge>;
  /** Takes the proof to the server; what it throws is shown. */
  readonly onProof: (proof: Proof) => Promise<unknown>;
  readonly verb: string;
  readonly refused: string;
};

/** Asks for one proof of who somebody is, by whichever of the methods they choose. */
export function FactorForm({ methods, challenge, onProof, verb, refused }: FactorFormProps) {
  const offered = OFFERED.filter(({ method }) => methods.includes(method));
  const [method, setMethod] = useState<Method>(() => offered[0]?.method ?? 'password');
  const [typed, setTyped] = useState('');
  const prove = useMutation({
    mutationFn: async () => onProof(await proofOf(method, typed, challenge)),
    onError: () => setTyped(''),
  });
  const choose = (next: Method) => {
    setMethod(next);
    setTyped('');
    prove.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    prove.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {prove.isError && <Refusal error={prove.error} title={refused} />}
        <ProofField method={method} typed={typed} onType={setTyped} />
        <Button
          type="submit"
          loading={prove.isPending}
          leftSection={method === 'passkey' ? <IconFingerprint size={17} aria-hidden /> : undefined}
          fullWidth
        >
          {method === 'passkey' ? 'Continue with a passkey' : verb}
        </Button>
        <Group gap="md">
          {offered
            .filter((one) => one.method !== method)
            .map((one) => (
              <Anchor
                key={one.method}
                component="button"
                type="button"
                size="sm"
                onClick={() => choose(one.method)}
              >
                {one.offer}
              </Anchor>
            ))}
        </Group>
      </Stack>
    </form>
  );
}

function ProofField(props: { method: Method; typed: string; onType: (text: string) => void }) {
  const { method, typed, onType } = props;
  const common = {
    value: typed,
    required: true,
    'data-autofocus': true,
    autoFocus: true,
    onChange: (event: { currentTarget: { value: string } }) => onType(event.currentTarget.value),
  };
  if (method === 'password')
    return <PasswordInput label="Password" autoComplete="current-password" {...common} />;
  if (method === 'totp')
    return (
      <TextInput
        key="totp"
        label="Code from your app"
        inputMode="numeric"
        autoComplete="one-time-code"
        {...common}
      />
    );
  if (method === 'recovery')
    return (
      <TextInput
        key="recovery"
        label="Recovery code"
        description="Each works once"
        autoComplete="off"
        {...common}
      />
    );
  return null;
}

async function proofOf(
  method: Method,
  typed: string,
  challenge: () => Promise<PasskeyChallenge>,
): Promise<Proof> {
  if (method === 'passkey') return { method, ...(await askPasskey(await challenge())) };
  if (method === 'password') return { method, password: typed };
  return { method, code: typed.replaceAll(' ', '') };
}
