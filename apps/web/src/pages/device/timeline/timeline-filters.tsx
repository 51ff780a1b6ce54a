import { Chip, CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { TimelineEntry, TimelineKind } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import classes from './timeline.module.css';
import { KIND_WORDS, kindsOf, type TimelineSearch, writeKinds } from './timeline-search.ts';
import { useTyped } from './use-typed.ts';

const route = getRouteApi('/console/devices/$deviceId/timeline');
/** A year has four digits. */
const LAST_DAY = '9999-12-31';

/** Kinds that the person may not see, each with the permission that it takes. */
export type HiddenKinds = readonly { kind: TimelineEntry['kind']; permission: string }[];

/** Which kinds, which words and which days; all are in the address. */
export function TimelineFilters({ hidden }: { hidden: HiddenKinds }) {
  const { kinds } = route.useSearch();
  const navigate = route.useNavigate();
  const apply = (change: TimelineSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <search className={classes.filters} aria-label="Timeline">
      <Words onChange={apply} />
      <Days onChange={apply} />
      <Chip.Group
        multiple
        value={[...kindsOf(kinds)]}
        onChange={(values) => apply({ kinds: writeKinds(values as TimelineKind[]) })}
      >
        <fieldset className={classes.kinds} aria-label="Kinds">
          {Object.entries(KIND_WORDS).map(([kind, word]) => (
            <Chip key={kind} value={kind} size="xs" disabled={hidden.some((one) => one.kind === kind)}>
              {word}
            </Chip>
          ))}
        </fieldset>
      </Chip.Group>
      {hidden.length > 0 && (
        <p className={classes.hidden}>
          Not shown, for want of a permission:{' '}
          {hidden.map(({ kind, permission }) => `${KIND_WORDS[kind]} (${permission})`).join(', ')}.
        </p>
      )}
    </search>
  );
}

type OnChange = (change: TimelineSearch) => void;

/** Words of an entry; `/` leads here. */
function Words({ onChange }: { onChange: OnChange }) {
  const { search = '' } = route.useSearch();
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => field.current?.focus()]]);
  const typed = useTyped(search, (text) => onChange({ search: text || undefined }));
  return (
    <TextInput
      {...typed}
      ref={field}
      size="xs"
      className={classes.search}
      aria-label="Search the timeline"
      placeholder="Words of title, detail or person"
      maxLength={200}
      leftSection={<IconFilter size={15} aria-hidden />}
    />
  );
}

/** From which day to which, both of them whole. */
function Days({ onChange }: { onChange: OnChange }) {
  const { since = '', until = '' } = route.useSearch();
  const first = useTyped(since, (text) => onChange({ since: text || undefined }));
  const last = useTyped(until, (text) => onChange({ until: text || undefined }));
  const isBackwards = since !== '' && until !== '' && until < since;
  return (
    <fieldset className={classes.days} aria-label="Days">
      <DayInput {...first} word="From" max={until || LAST_DAY} />
      <DayInput
        {...last}
        word="to"
        max={LAST_DAY}
        min={since}
        error={isBackwards && 'Before the first day'}
      />
      {(since !== '' || until !== '') && (
        <CloseButton
          size="sm"
          aria-label="All days"
          title="All days"
          onClick={() => onChange({ since: undefined, until: undefined })}
        />
      )}
    </fieldset>
  );
}

type DayInputProps = Omit<TextInputProps, 'size' | 'type'> & { readonly word: string };

function DayInput({ word, ...props }: DayInputProps) {
  return (
    <TextInput
      {...props}
      size="xs"
      type="date"
      aria-label={`${word} the day`}
      leftSection={<span aria-hidden>{word}</span>}
      leftSectionWidth={44}
    />
  );
}
