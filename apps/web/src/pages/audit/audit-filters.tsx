import { Button, Select, TextInput } from '@mantine/core';
import type { AuditAction } from '@muster/contracts/audit';
import { useState } from 'react';
import { AUDIT_ACTIONS } from './actions.gen.ts';
import classes from './audit.module.css';
import type { AuditSearch } from './audit-search.ts';

type AuditFiltersProps = {
  readonly search: AuditSearch;
  readonly onChange: (part: AuditSearch) => void;
};

const NOTHING = Object.fromEntries(
  (['who', 'action', 'target', 'success', 'from', 'to', 'log'] as const).map((key) => [key, undefined]),
) as AuditSearch;

/** What to look for. Texts count when they are left or Enter is pressed: they are looked up as they stand. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const isAny = Object.values(search).some((value) => value !== undefined);
  return (
    <search className={classes.filters} aria-label="Audit log">
      <Select
        aria-label="What was done"
        placeholder="Anything"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Anything' }}
        data={Object.keys(AUDIT_ACTIONS)}
        value={search.action ?? null}
        onChange={(action) => onChange({ action: (action as AuditAction | null) ?? undefined })}
      />
      <TextFilter label="Who" placeholder="Who" value={search.who} onChange={(who) => onChange({ who })} />
      <TextFilter
        label="Of what"
        placeholder="Of what"
        value={search.target}
        onChange={(target) => onChange({ target })}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        clearable
        clearButtonProps={{ 'aria-label': 'Any outcome' }}
        data={[
          { value: 'true', label: 'Done' },
          { value: 'false', label: 'Refused' },
        ]}
        value={search.success ?? null}
        onChange={(success) => onChange({ success: (success as 'true' | 'false' | null) ?? undefined })}
      />
      <MomentFilter label="From" value={search.from} onChange={(from) => onChange({ from })} />
      <MomentFilter label="Before" value={search.to} onChange={(to) => onChange({ to })} />
      {isAny && (
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(NOTHING)}>
          Show everything
        </Button>
      )}
    </search>
  );
}

type FilterProps = {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
};

function TextFilter({ label, placeholder, value, onChange }: FilterProps) {
  const [typed, setTyped] = useState<string>();
  const take = () => {
    if (typed !== undefined && typed.trim() !== (value ?? '')) onChange(typed.trim() || undefined);
    setTyped(undefined);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder ?? ''}
      value={typed ?? value ?? ''}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
}

function MomentFilter({ label, value, onChange }: FilterProps) {
  return (
    <TextInput
      type="datetime-local"
      aria-label={`${label}, in this browser's time`}
      leftSection={<span className={classes.momentLabel}>{label}</span>}
      leftSectionWidth={54}
      value={value ? toLocal(value) : ''}
      onChange={(event) => {
        const at = Date.parse(event.currentTarget.value);
        onChange(Number.isNaN(at) ? undefined : new Date(at).toISOString());
      }}
    />
  );
}

/** As a browser's field wants it: local time without a zone. */
function toLocal(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
