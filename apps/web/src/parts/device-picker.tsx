import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { DeviceId } from '@muster/contracts';
import { quote } from '@muster/query';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/client.ts';

const OFFERED = 20;

type DevicePickerProps = {
  readonly label: string;
  readonly description?: string;
  /** The query whose devices are offered; all of them without one. */
  readonly among?: string;
  readonly value: DeviceId | null;
  readonly onChange: (deviceId: DeviceId | null) => void;
};

/** One device, found by any of its names. */
export function DevicePicker({ label, description, among, value, onChange }: DevicePickerProps) {
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const query = [...(among ? [`(${among})`] : []), ...(wanted === '' ? [] : [quote(wanted)])].join(' and ');
  const found = useQuery(
    queries.devices.list.queryOptions({
      input: { query, limit: OFFERED },
      placeholderData: (before) => before,
    }),
  );
  // The chosen one stays nameable when what is typed no longer finds it.
  const chosen = useQuery(
    queries.devices.get.queryOptions({ input: { deviceId: value as DeviceId }, enabled: value !== null }),
  );
  const rows = [...(found.data?.items ?? [])];
  if (value !== null && chosen.data && !rows.some(({ id }) => id === value)) rows.push(chosen.data);
  return (
    <Select
      label={label}
      description={description}
      placeholder="Type a name"
      searchable
      clearable
      // The library leaves it to the mouse.
      clearButtonProps={{ 'aria-label': 'No device', 'aria-hidden': false, tabIndex: 0, miw: 24, mih: 24 }}
      nothingFoundMessage="No device is called that"
      // The server has searched already, by more than the name.
      filter={({ options }) => options}
      data={rows.map(({ id, displayName, hostname }) => ({ value: id, label: displayName ?? hostname }))}
      searchValue={text}
      onSearchChange={setText}
      value={value}
      onChange={(id) => onChange(id as DeviceId | null)}
    />
  );
}
