import { Select, TextInput } from '@mantine/core';
import type { CustomKind } from '@muster/contracts';
import type { ReactNode } from 'react';
import { draftProblem } from './field-draft.ts';

type FieldValueProps = {
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly kind: CustomKind;
  readonly choices: readonly string[];
  readonly draft: string;
  readonly isReadOnly?: boolean;
  readonly onChange: (draft: string) => void;
};

const BOOLEANS = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** Takes a value of a custom field, by its kind; empty for none. */
export function FieldValue(props: FieldValueProps) {
  const { label, description, placeholder, kind, choices, draft, isReadOnly = false, onChange } = props;
  const common = { label, description, placeholder, disabled: isReadOnly };
  if (kind === 'enum' || kind === 'boolean')
    return (
      <Select
        {...common}
        clearable
        clearButtonProps={{ 'aria-label': `No value for ${label}` }}
        data={kind === 'boolean' ? BOOLEANS : [...choices]}
        value={draft === '' ? null : draft}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  return (
    <TextInput
      {...common}
      maxLength={2_000}
      error={draftProblem(kind, draft)}
      value={draft}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
