import { Button } from '@mantine/core';
import type { QueryError } from '@muster/query';
import { IconAlertCircle } from '@tabler/icons-react';
import { toFailure } from '../api/problem.ts';
import classes from './filter.module.css';

type FilterProblemProps = {
  readonly text: string;
  readonly error: unknown;
  readonly onApply: (text: string) => void;
};

/** Why the query cannot be read, and the repair where the server knows one. */
export function FilterProblem({ text, error, onApply }: FilterProblemProps) {
  const failure = toFailure(error);
  const errors = Array.isArray(failure.params.errors) ? (failure.params.errors as QueryError[]) : [];
  const fix = errors[0]?.fix;
  return (
    <div className={classes.problem} role="alert">
      <IconAlertCircle size={15} aria-hidden />
      <span>{errors[0]?.message ?? failure.text}</span>
      {fix && (
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => onApply(text.slice(0, fix.span.start) + fix.replacement + text.slice(fix.span.end))}
        >
          Use {fix.replacement}
        </Button>
      )}
    </div>
  );
}

/** True for an answer that says that the query itself is wrong. */
export function isFilterProblem(error: unknown): boolean {
  const { code, params } = toFailure(error);
  return code === 'invalid_input' && params.field === 'query';
}
