import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import type { AuditRow } from '@muster/contracts';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Failed } from '../../parts/outcomes.tsx';
import { When } from '../../parts/when.tsx';
import classes from './audit.module.css';
import type { ProofFound } from './check-proof.ts';

/** The hash of a row, and on demand the check that it is in the signed log. */
export function Proof({ row }: { row: AuditRow }) {
  const check = useMutation({
    mutationFn: async () => (await import('./check-proof.ts')).checkProof(row),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">
        Hash of salt and content: <Code>{row.hash}</Code>
      </Text>
      <Button variant="default" size="xs" loading={check.isPending} onClick={() => check.mutate()}>
        Check that it is in the signed log
      </Button>
      {check.isError && <Failed error={check.error} onRetry={() => check.mutate()} />}
      {check.data && <Found found={check.data} />}
    </Stack>
  );
}

function Found({ found }: { found: ProofFound }) {
  return (
    <>
      <Alert
        w="100%"
        role="status"
        variant="default"
        icon={
          found.holds ? (
            <IconShieldCheck color="var(--muster-good)" aria-hidden />
          ) : (
            <IconShieldX color="var(--muster-bad)" aria-hidden />
          )
        }
        title={found.holds ? 'The row is in the log' : 'The proof does not hold'}
      >
        {found.holds ? (
          <Text size="sm">
            This browser followed the hash to the root of the checkpoint over {found.size} rows, signed{' '}
            <When at={found.at} />. Compare it with a checkpoint that you keep elsewhere;{' '}
            <Code>muster audit verify</Code> also checks the signature.
          </Text>
        ) : (
          <Text size="sm">
            The hash does not lead to the root that the checkpoint names. Export the log and verify it with{' '}
            <Code>muster audit verify</Code>: it names the rows that were changed.
          </Text>
        )}
      </Alert>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long note scrolls, and must do so from the keyboard too. */}
      <pre className={classes.note} tabIndex={0}>
        {found.note}
      </pre>
    </>
  );
}
