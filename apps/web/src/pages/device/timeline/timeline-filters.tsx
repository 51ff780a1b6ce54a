import { Chip, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { TimelineEntry, TimelineKind } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import classes from './timeline.module.css';
import { KIND_WORDS, kindsOf, type TimelineSearch, writeKinds } from './timeline-search.ts';

const route = getRouteApi('/console/devices/$deviceId/timeline');
const TYPED_MS = 250;

/** Kinds that the person may not see, each with the permission that it takes. */
export type HiddenKinds = readonly { kind: TimelineEntry['kind']; permission: string }[];

/** Which kinds, and which words; both are in the address. */
export function TimelineFilters({ hidden }: { hidden: HiddenKinds }) {
  const { kinds } = route.useSearch();
  const navigate = route.useNavigate();
  const apply = (change: TimelineSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <search className={classes.filters} aria-label="Timeline">
      <Words onChange={(search) => apply({ search })} />
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

/** A search is asked for when typing rests: the server looks through thousands of entries for it. */
function Words({ onChange }: { onChange: (search: string | undefined) => void }) {
  const { search = '' } = route.useSearch();
  const [typed, setTyped] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => field.current?.focus()]]);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(text.trim() === '' ? undefined : text.trim()), TYPED_MS);
  };
  return (
    <TextInput
      ref={field}
      size="xs"
      className={classes.search}
      aria-label="Search the timeline"
      placeholder="Words of title, detail or person"
      maxLength={200}
      leftSection={<IconFilter size={15} aria-hidden />}
      value={typed ?? search}
      onChange={({ currentTarget: { value } }) => type(value)}
      onBlur={() => typed?.trim() === search && setTyped(undefined)}
    />
  );
}
