import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

const CheckpointsDialog = lazy(() => import('./checkpoints-dialog.tsx'));

type ProofMenuProps = { readonly mayExport: boolean; readonly log: string | undefined };

/** Opens what proves the log: signed checkpoints, and the export that verifies without this server. */
export function ProofMenu(props: ProofMenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        h={34}
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        Verify
      </Button>
      <Suspense>{isOpen && <CheckpointsDialog {...props} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
