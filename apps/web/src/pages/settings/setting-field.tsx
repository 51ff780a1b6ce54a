import { JsonInput, MultiSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { SettingState } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';

type SettingFieldProps = {
  readonly id: string;
  readonly describedBy: string;
  readonly setting: SettingState;
  readonly draft: string;
  readonly error: string | undefined;
  readonly isReadOnly: boolean;
  readonly onChange: (draft: string) => void;
};

/** What settings look like whose form cannot be guessed. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'approvals.policies': '[{"permission":"processes:kill","moreThanDevices":0}]',
};

/** The field that a setting's kind asks for. */
export function SettingField(props: SettingFieldProps) {
  const { id, setting, draft, error, isReadOnly, onChange } = props;
  const common = { id, error, 'aria-describedby': props.describedBy };
  switch (setting.kind) {
    case 'switch':
      return (
        <Switch
          {...common}
          checked={draft === 'true'}
          disabled={isReadOnly}
          label={draft === 'true' ? 'On' : 'Off'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={draft}
          readOnly={isReadOnly}
          hideControls
          onChange={(value) => onChange(String(value))}
        />
      );
    case 'roles':
      return <RolesField {...props} />;
    case 'json':
      return (
        <JsonInput
          {...common}
          value={draft}
          readOnly={isReadOnly}
          autosize
          minRows={2}
          maxRows={16}
          spellCheck={false}
          description={EXAMPLES[setting.key] && <>For example {EXAMPLES[setting.key]}</>}
          descriptionProps={{ ff: 'monospace' }}
          inputWrapperOrder={['input', 'description', 'error']}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common}
          value={draft}
          readOnly={isReadOnly}
          placeholder="empty"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function RolesField({ id, describedBy, draft, error, isReadOnly, onChange }: SettingFieldProps) {
  const roles = useQuery(queries.access.roles.queryOptions());
  const chosen: unknown = JSON.parse(draft);
  const ids = Array.isArray(chosen) ? chosen.map(String) : [];
  const known = roles.data?.items.map(({ id: value, name: label }) => ({ value, label })) ?? [];
  const unknown = ids.filter((value) => !known.some((role) => role.value === value));
  return (
    <MultiSelect
      {...{ id, error }}
      aria-describedby={describedBy}
      data={[...known, ...unknown.map((value) => ({ value, label: value }))]}
      value={ids}
      readOnly={isReadOnly}
      placeholder={ids.length === 0 ? 'No role' : ''}
      onChange={(value) => onChange(JSON.stringify(value))}
    />
  );
}
