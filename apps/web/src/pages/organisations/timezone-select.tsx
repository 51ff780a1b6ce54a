import { Select } from '@mantine/core';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** A time zone by its name; typing narrows the choice. */
export function TimezoneSelect(props: { value: string; onChange: (zone: string) => void }) {
  return (
    <Select
      label="Time zone"
      description="Maintenance windows and schedules of the place follow it"
      data={ZONES.includes(props.value) ? ZONES : [props.value, ...ZONES]}
      searchable
      allowDeselect={false}
      limit={60}
      value={props.value}
      onChange={(zone) => zone && props.onChange(zone)}
    />
  );
}
