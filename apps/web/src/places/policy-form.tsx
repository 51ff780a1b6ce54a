import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Policy } from '@muster/contracts';
import { POLICY_FIELDS, PolicyField, PolicyValues } from '@muster/contracts/policies';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../actions/confirm-dialog.tsx';
import { useAction } from '../actions/use-action.ts';
import { api, queries } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx';
import { CopyCommand } from '../parts/copy-line.tsx';
import { policyCommand } from './policy-command.ts';
import { PolicyPreview } from './policy-preview.tsx';
import { readSpan, spellSpan } from './spans.ts';
import { type PolicyPlace, rereadPolicies } from './use-place-policy.ts';

/** Above this many devices, the number must be typed. */
const MOST_UNTYPED = 25;
const SETTLED_MS = 250;

type Typed = { readonly [Field in PolicyField]?: string | undefined };

type PolicyFormProps = {
  readonly place: PolicyPlace;
  readonly own: Policy;
  /** What holds in a field that is left empty. */
  readonly placeholder: (field: PolicyField) => string;
  /** Leads to the place, from wherever the end of saving is told. */
  readonly record: ReactNode;
};

/** What the place itself sets; an empty field leaves it to others. Shows what would change before it is saved. */
export function PolicyForm({ place, own, placeholder, record }: PolicyFormProps) {
  const may = useMay('policies:manage');
  const [base, setBase] = useState(own);
  const [typed, setTyped] = useState<Typed>(() => spelled(own.fields));
  const [isAsking, setAsking] = useState(false);
  const read = PolicyValues.safeParse(
    Object.fromEntries(
      Object.entries(typed).flatMap(([field, text]) => (text ? [[field, secondsOf(text)]] : [])),
    ),
  );
  const wanted = read.data ?? {};
  const isChanged = read.success && !isSame(wanted, own.fields);
  const preview = usePreview(place, wanted, isChanged);
  const save = useAction({
    run: () =>
      api.policies.set(
        { kind: place.kind, placeId: place.id, fields: wanted },
        { context: { ifMatch: own.etag } },
      ),
    said: () => ({ title: `The policy of ${place.name} is saved`, record }),
    failed: () => `Could not save the policy of ${place.name}`,
    after: async (saved) => {
      if (saved) setBase(saved);
      await rereadPolicies();
      setAsking(false);
    },
  });
  const hit = preview.data?.devices ?? 0;
  const command = policyCommand(place, own.fields, wanted);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChanged || !preview.isSettled) return;
        if (hit > MOST_UNTYPED) setAsking(true);
        else save.mutate();
      }}
    >
      <Stack gap="sm" maw={640} mt="md">
        {base.etag !== own.etag && !save.isPending && (
          <ChangedMeanwhile before={wordsOf(base)} now={wordsOf(own)} />
        )}
        <Fields typed={typed} onType={setTyped} placeholder={placeholder} isReadOnly={!may} />
        {may && isChanged && (
          <PolicyPreview data={preview.data} error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {may ? (
          <Group>
            <Button
              type="submit"
              size="xs"
              loading={save.isPending}
              disabled={!isChanged || !preview.isSettled}
            >
              Save policy
            </Button>
            {isChanged && <CopyCommand line={command} />}
          </Group>
        ) : (
          <Text size="xs" c="dimmed">
            Changing this needs the permission policies:manage.
          </Text>
        )}
      </Stack>
      {isAsking && (
        <ConfirmMany
          place={place}
          hit={hit}
          isBusy={save.isPending}
          command={command}
          onClose={() => setAsking(false)}
          onConfirm={() => save.mutate()}
        />
      )}
    </form>
  );
}

type FieldsProps = Pick<PolicyFormProps, 'placeholder'> & {
  readonly typed: Typed;
  readonly onType: (typed: Typed) => void;
  readonly isReadOnly: boolean;
};

function Fields({ typed, onType, placeholder, isReadOnly }: FieldsProps) {
  return PolicyField.options.map((field) => (
    <TextInput
      key={field}
      label={POLICY_FIELDS[field].title}
      description={POLICY_FIELDS[field].describe}
      placeholder={placeholder(field)}
      disabled={isReadOnly}
      value={typed[field] ?? ''}
      onChange={({ currentTarget }) => onType({ ...typed, [field]: currentTarget.value })}
      error={problemOf(field, typed[field])}
    />
  ));
}

type ConfirmManyProps = {
  readonly place: PolicyPlace;
  readonly hit: number;
  readonly isBusy: boolean;
  readonly command: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
};

function ConfirmMany({ place, hit, ...dialog }: ConfirmManyProps) {
  return (
    <ConfirmDialog
      {...dialog}
      opened
      title={`Save the policy of ${place.name}`}
      verb="Save policy"
      typed={String(hit)}
    >
      <Text size="sm">
        {hit.toLocaleString()} devices would change: those that are connected within a second, the others when
        they come.
      </Text>
    </ConfirmDialog>
  );
}

/** What saving would change, once typing has paused; nothing may be saved before that is seen. */
function usePreview(place: PolicyPlace, wanted: PolicyValues, isWanted: boolean) {
  const text = JSON.stringify(wanted);
  const [settled] = useDebouncedValue(text, SETTLED_MS);
  const read = useQuery(
    queries.policies.preview.queryOptions({
      input: { kind: place.kind, placeId: place.id, fields: JSON.parse(settled) as PolicyValues },
      enabled: isWanted && settled === text,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  return {
    data: read.data,
    error: read.error,
    refetch: read.refetch,
    isSettled: settled === text && read.isSuccess && !read.isPlaceholderData,
  };
}

function isSame(one: PolicyValues, other: PolicyValues): boolean {
  return PolicyField.options.every((field) => one[field] === other[field]);
}

function wordsOf({ fields }: Policy): Record<string, string> {
  const words = spelled(fields);
  return Object.fromEntries(
    PolicyField.options.map((field) => [POLICY_FIELDS[field].title, words[field] ?? '']),
  );
}

function spelled(fields: PolicyValues): Typed {
  return Object.fromEntries(
    Object.entries(fields).map(([field, seconds = 0]) => [field, spellSpan(seconds * 1_000)]),
  );
}

/** What somebody typed, in seconds; a bare number is one of seconds already. Not a number where it is no time. */
function secondsOf(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : (readSpan(text) ?? Number.NaN) / 1_000;
}

function problemOf(field: PolicyField, text: string | undefined): string | undefined {
  if (!text || PolicyValues.shape[field].safeParse(secondsOf(text)).success) return undefined;
  const [least, most] = [POLICY_FIELDS[field].min, POLICY_FIELDS[field].max].map((seconds) =>
    spellSpan(seconds * 1_000),
  );
  return `A time from ${least} to ${most}, such as 90 s or 6 h`;
}
