import { Checkbox, Group, NumberInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { EXPIRIES, type TokenChoice, tagProblem } from './token-input.ts';
import type { TokenOptionsProps } from './token-options-props.ts';

/** Everything that can be chosen about a token. */
export default function OptionFields({ options, onChange, hosts }: TokenOptionsProps) {
  const change = (part: Partial<TokenChoice>) => onChange({ ...options, ...part });
  return (
    <Stack gap="sm" pt="sm" maw={620}>
      <Group grow align="start">
        <Select
          label="Good for"
          data={[
            { value: 'one', label: 'One machine' },
            { value: 'some', label: 'A number of machines' },
            { value: 'any', label: 'Any number' },
          ]}
          value={options.uses}
          onChange={(uses) => change({ uses: (uses ?? 'one') as TokenChoice['uses'] })}
        />
        {options.uses === 'some' && (
          <NumberInput
            label="How many"
            min={1}
            max={100_000}
            value={options.count}
            onChange={(count) => change({ count: Math.max(1, Number(count) || 1) })}
          />
        )}
        <Select
          label="Expires in"
          data={[...EXPIRIES]}
          value={String(options.expiresInMs)}
          onChange={(value) => change({ expiresInMs: Number(value ?? options.expiresInMs) })}
        />
      </Group>
      <TagsInput
        label="Tags of every machine it enrols"
        placeholder="role=server"
        value={[...options.tags]}
        onChange={(tags) => change({ tags: tags.filter((tag) => tagProblem(tag) === undefined) })}
      />
      <Where options={options} onChange={onChange} hosts={hosts} />
      <TextInput
        label="What it is for"
        value={options.description}
        maxLength={200}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <Checkbox
        label="Machines wait until somebody approves them"
        checked={options.needsApproval}
        onChange={(event) => change({ needsApproval: event.currentTarget.checked })}
      />
    </Stack>
  );
}

/** The address, where there is something to choose. */
function Where({ options, onChange, hosts }: TokenOptionsProps) {
  if (hosts.length < 2) return null;
  return (
    <Select
      label="Address the machine dials"
      data={[...hosts]}
      value={options.address ?? hosts[0] ?? null}
      onChange={(address) => onChange({ ...options, address: address ?? undefined })}
    />
  );
}
