import { Modal, Stack, Text } from '@mantine/core';
import { api } from '../../api/client.ts';
import type { StepUpAsk } from '../../api/step-up.ts';
import { FactorForm } from './factor-form.tsx';

/** Asks who it is before something dangerous; what was asked for then goes on by itself. */
export default function StepUpDialog({ ask }: { ask: StepUpAsk }) {
  return (
    <Modal opened onClose={() => ask.settle(false)} title="Is it you?" zIndex={400}>
      <Stack gap="md">
        <Text size="sm">
          This needs a fresh proof of who you are. What you asked for goes on by itself afterwards.
        </Text>
        <FactorForm
          methods={ask.methods}
          challenge={() => api.factors.proveOptions()}
          onProof={async (proof) => {
            await api.factors.prove({ proof });
            ask.settle(true);
          }}
          verb="Go on"
          refused="Not proved"
        />
      </Stack>
    </Modal>
  );
}
