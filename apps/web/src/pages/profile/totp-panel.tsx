import { Button, Text } from '@mantine/core';
import type { Factors } from '@muster/contracts';
import { lazy, Suspense, useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { readFactorsAnew } from './read-anew.ts';

const TotpDialog = lazy(() => import('./totp-dialog.tsx'));

/** One-time passwords of an app: set up, or given up. */
export function TotpPanel({ factors: { totp } }: { factors: Factors }) {
  const [asked, setAsked] = useState<'set-up' | 'remove'>();
  const close = () => setAsked(undefined);
  const remove = useAction({
    run: () => api.factors.removeTotp(),
    said: () => ({ title: 'One-time passwords are off' }),
    failed: () => 'Could not turn one-time passwords off',
    after: async () => {
      close();
      await readFactorsAnew();
    },
  });
  return (
    <Panel
      title="One-time passwords"
      aside={
        totp ? (
          <Button size="xs" variant="default" onClick={() => setAsked('remove')}>
            Turn off
          </Button>
        ) : (
          <Button size="xs" onClick={() => setAsked('set-up')}>
            Set up
          </Button>
        )
      }
    >
      <Text size="sm">
        {totp ? (
          <>
            On since <When at={totp.confirmedAt} />. You are asked for a code of your app when you sign in.
          </>
        ) : (
          'Off. An app on your phone shows a code that changes every 30 seconds.'
        )}
      </Text>
      <Suspense>{asked === 'set-up' && <TotpDialog onClose={close} />}</Suspense>
      <ConfirmDialog
        opened={asked === 'remove'}
        onClose={close}
        onConfirm={() => remove.mutate()}
        title="Turn one-time passwords off"
        verb="Turn off"
        isDangerous
        isBusy={remove.isPending}
        command="muster factors remove-totp"
      >
        <Text size="sm">Codes of your app are worthless then. Setting it up again makes a new secret.</Text>
      </ConfirmDialog>
    </Panel>
  );
}
