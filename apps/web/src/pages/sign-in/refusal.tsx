import { Alert } from '@mantine/core';
import { toFailure } from '../../api/problem.ts';
import { passkeyProblem } from './ask-passkey.ts';

/** Why somebody was not let in, or not believed. */
export function Refusal({ error, title = 'Not signed in' }: { error: unknown; title?: string }) {
  const { text } = toFailure(error);
  return (
    <Alert color="red" role="alert" title={title}>
      {passkeyProblem(error) ?? text}
    </Alert>
  );
}
