import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../actions/dialog.tsx';
import { api } from '../../api/client.ts';
import { CopyLine } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { Refusal } from '../sign-in/refusal.tsx';
import { QrCode } from './qr-code.tsx';
import { readFactorsAnew } from './read-anew.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Shows the secret to the app, has a code of it confirmed, and then the recovery codes. */
export default function TotpDialog({ onClose }: { onClose: () => void }) {
  // A query, so that drawing twice asks once; never kept, because it is a secret.
  const begun = useQuery({
    queryKey: ['profile', 'totp'],
    queryFn: () => api.factors.beginTotp(),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => api.factors.confirmTotp({ code: code.replaceAll(' ', '') }),
    onSuccess: readFactorsAnew,
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onClose={onClose} />;
  return (
    <Dialog opened onClose={onClose} title="Set up one-time passwords" size="lg">
      {begun.isPending && <Loading lines={4} />}
      {begun.isError && <Failed error={begun.error} onRetry={() => void begun.refetch()} />}
      {begun.data && (
        <form onSubmit={submit}>
          <Stack gap="md">
            <Group gap="lg" align="start">
              <QrCode text={begun.data.uri} label="The secret, for your app to scan" />
              <Stack gap="xs" flex={1} miw={220}>
                <Text size="sm">
                  Scan this with an app such as Aegis, 1Password or Google Authenticator. Or type:
                </Text>
                <CopyLine line={begun.data.secret} label="Copy the secret" />
              </Stack>
            </Group>
            {confirm.isError && <Refusal error={confirm.error} title="Not confirmed" />}
            <TextInput
              label="Code that the app shows"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              data-autofocus
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Button type="submit" loading={confirm.isPending}>
              Confirm
            </Button>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
