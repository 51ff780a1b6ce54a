import { Autocomplete, Button, Select, Stack } from '@mantine/core';
import { type ChipOperator, chipText, type Field, OPERATORS_OF, quote } from '@muster/query';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/client.ts';
import { useFieldCatalogue } from './field-catalogue.ts';

/** Builds one term by choosing field, comparison and value. */
export default function TermForm({ onAdd }: { onAdd: (term: string) => void }) {
  const fields = useFieldCatalogue().fields.filter(({ name }) => name !== 'text');
  const [chosen, setChosen] = useState('status');
  const [key, setKey] = useState('');
  const [operator, setOperator] = useState<string>('=');
  const [value, setValue] = useState('');
  const field = fields.find((one) => formOf(one) === chosen);
  const operators = field ? OPERATORS_OF[field.kind] : [];
  const keyed = field ? keyOf(field) : undefined;
  const left = field && keyed ? keyed.write(key) : chosen;
  const isReady = field !== undefined && value.trim() !== '' && (keyed === undefined || key.trim() !== '');
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
          data={fields.map(formOf)}
          value={chosen}
          onChange={(form) => {
            const next = fields.find((one) => formOf(one) === form);
            if (!next) return;
            setChosen(formOf(next));
            setOperator(OPERATORS_OF[next.kind][0]?.operator ?? '=');
            setKey('');
            setValue('');
          }}
          comboboxProps={{ withinPortal: false }}
        />
        {field && keyed && (
          <ValueInput label={keyed.label} field={field.name} value={key} onChange={setKey} />
        )}
        <Select
          label="Comparison"
          data={operators.map((one) => ({ value: one.operator, label: `${one.operator}  ${one.detail}` }))}
          value={operator}
          onChange={(wanted) => setOperator(wanted ?? operator)}
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

/** A key that can follow a dot as it is. */
const PLAIN = /^[a-z][a-z0-9_-]*$|^$/;

/** What a field is chosen by: two may share a name, of which one stands before the name of something. */
function formOf({ name, takes }: Field): string {
  return takes === 'argument' ? `${name} "…"` : name;
}

/** What has to be named before a field can be compared, and how the two are written; undefined: nothing. */
function keyOf({ name, kind, takes }: Field) {
  if (takes === 'argument')
    return { label: `Name of the ${name}`, write: (of: string) => `${name} ${quote(of.trim())}` };
  if (kind === 'map')
    return {
      label: 'Key',
      write: (of: string) => (PLAIN.test(of) ? `${name}.${of}` : `${name}[${quote(of)}]`),
    };
  return undefined;
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
      // Versions of a title are known by the title's own page; `software` alone would offer its names.
      enabled: known?.values === undefined && known?.takes !== 'argument' && !field.endsWith('.'),
      placeholderData: (before) => before,
    }),
  );
  return (
    <Autocomplete
      label={label}
      data={[...new Set(known?.values ?? fleet.data?.values.map((one) => one.value) ?? [])]}
      value={value}
      onChange={onChange}
      limit={12}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
