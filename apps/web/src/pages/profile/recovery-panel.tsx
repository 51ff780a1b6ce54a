import { Button, Text } from '@mantine/core';
import type { Factors } from '@muster/contracts';
import { useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { Panel } from '../../parts/panel.tsx';
import { readFactorsAnew } from './read-anew.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

/** How many recovery codes are left, and new ones; nothing before there is a factor to recover from. */
export function RecoveryPanel({ factors }: { factors: Factors }) {
  const [isAsked, setAsked] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();
  const renew = useAction({
    run: () => api.factors.renewRecoveryCodes(),
    said: () => null,
    failed: () => 'Could not make recovery codes',
    after: async (made) => {
      setAsked(false);
      setCodes(made?.recoveryCodes);
      await readFactorsAnew();
    },
  });
  if (factors.totp === null && factors.passkeys.length === 0) return null;
  return (
    <Panel
      title="Recovery codes"
      aside={
        <Button size="xs" variant="default" onClick={() => setAsked(true)}>
          Make new ones
        </Button>
      }
    >
      <Text size="sm">
        {factors.recoveryCodesLeft} left. Each lets you in once when your phone or key is lost.
      </Text>
      <ConfirmDialog
        opened={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={() => renew.mutate()}
        title="Make new recovery codes"
        verb="Make new ones"
        isBusy={renew.isPending}
        command="muster factors recovery-codes"
      >
        <Text size="sm">The codes that you have now are worthless then.</Text>
      </ConfirmDialog>
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />}
    </Panel>
  );
}
