import { Autocomplete, Button, Select, Stack } from '@mantine/core';
import { type ChipOperator, chipText, type Field, OPERATORS_OF } from '@muster/query';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/client.ts';
import { useFieldCatalogue } from './field-catalogue.ts';

/** Builds one term by choosing field, comparison and value. */
export default function TermForm({ onAdd }: { onAdd: (term: string) => void }) {
  const catalogue = useFieldCatalogue();
  const [name, setName] = useState('status');
  const [key, setKey] = useState('');
  const [operator, setOperator] = useState<string>('=');
  const [value, setValue] = useState('');
  const field = catalogue.find(name);
  const operators = field ? OPERATORS_OF[field.kind] : [];
  const left = field?.kind === 'map' ? `${name}.${key}` : name;
  const isReady = value.trim() !== '' && (field?.kind !== 'map' || key !== '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onAdd(chipText(left, operator as ChipOperator, [value.trim()]));
      }}
    >
      <Stack gap="xs">
        <Select
          label="Field"
          searchable
          data={catalogue.fields.filter((one) => one.name !== 'text').map((one) => one.name)}
          value={name}
          onChange={(chosen) => {
            setName(chosen ?? name);
            setOperator(OPERATORS_OF[catalogue.find(chosen ?? name)?.kind ?? 'text'][0]?.operator ?? '=');
            setValue('');
          }}
          comboboxProps={{ withinPortal: false }}
        />
        {field?.kind === 'map' && <ValueInput label="Key" field={name} value={key} onChange={setKey} />}
        <Select
          label="Comparison"
          data={operators.map((one) => ({ value: one.operator, label: `${one.operator}  ${one.detail}` }))}
          value={operator}
          onChange={(chosen) => setOperator(chosen ?? operator)}
          comboboxProps={{ withinPortal: false }}
        />
        <ValueInput label="Value" field={left} known={field} value={value} onChange={setValue} />
        <Button type="submit" size="xs" disabled={!isReady}>
          Add
        </Button>
      </Stack>
    </form>
  );
}

type ValueInputProps = {
  readonly label: string;
  readonly field: string;
  readonly known?: Field | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function ValueInput({ label, field, known, value, onChange }: ValueInputProps) {
  const fleet = useQuery(
    queries.devices.complete.queryOptions({
      input: { field, prefix: value },
      enabled: known?.values === undefined && !field.endsWith('.'),
      placeholderData: (before) => before,
    }),
  );
  return (
    <Autocomplete
      label={label}
      data={[...(known?.values ?? fleet.data?.values.map((one) => one.value) ?? [])]}
      value={value}
      onChange={onChange}
      limit={12}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
