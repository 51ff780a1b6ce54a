import { Button, Group, Stack, Text } from '@mantine/core';
import type { FieldAtPlace, FieldsOfPlace } from '@muster/contracts';
import { type ReactNode, useState } from 'react';
import { musterLine } from '../actions/muster-line.ts';
import { useAction } from '../actions/use-action.ts';
import { useMay } from '../api/session.ts';
import { CopyCommand } from '../parts/copy-line.tsx';
import { Failed, Loading } from '../parts/outcomes.tsx';
import { PageLink } from '../parts/page-link.tsx';
import { Panel } from '../parts/panel.tsx';
import { draftOf, draftProblem, toValue } from './field-draft.ts';
import { FieldValue } from './field-value.tsx';
import { readFieldsAnew } from './read-fields-anew.ts';
import { type FieldPlace, setPlaceFields, usePlaceFields } from './use-place-fields.ts';

type FieldValuesPanelProps = {
  readonly place: FieldPlace;
  /** Leads to the place, from wherever the end of saving is told. */
  readonly record: ReactNode;
};

/** The custom fields of a device, a site or an organisation: what holds, where it comes from, and what is set here. */
export function FieldValuesPanel({ place, record }: FieldValuesPanelProps) {
  const read = usePlaceFields(place);
  return (
    <Panel
      title="Custom fields"
      aside={<CopyCommand line={musterLine(`fields show ${place.kind}`, [place.name])} />}
    >
      {read.isPending && <Loading lines={3} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          There are none yet. What people know about machines is defined under{' '}
          <PageLink to="/fields" underline="always">
            Custom fields
          </PageLink>
          .
        </Text>
      )}
      {read.data && read.data.items.length > 0 && (
        <ValuesForm key={place.id} place={place} record={record} read={read.data} />
      )}
    </Panel>
  );
}

function ValuesForm({ place, record, read }: FieldValuesPanelProps & { read: FieldsOfPlace }) {
  const may = useMay(place.kind === 'device' ? 'devices:manage' : 'organisations:manage');
  const mayDefine = useMay('fields:manage');
  /** Only what the person touched; everything else stays as the server says. */
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const changed = read.items.filter(({ key }) => typed[key] !== undefined);
  const moved = changed.filter((field) => typed[field.key] !== ownDraft(field, place));
  const isReady = moved.length > 0 && moved.every(({ key, kind }) => !draftProblem(kind, typed[key] ?? ''));
  const save = useAction({
    run: () =>
      setPlaceFields(
        place,
        Object.fromEntries(moved.map(({ key, kind }) => [key, toValue(kind, typed[key] ?? '')])),
        read.etag,
      ),
    said: () => ({ title: `The custom fields of ${place.name} are saved`, record }),
    failed: () => `Could not save the custom fields of ${place.name}`,
    after: async (saved) => {
      await readFieldsAnew();
      if (saved) setTyped({});
    },
  });
  const words = moved.map(({ key, kind }) => `${key}=${toValue(kind, typed[key] ?? '') ?? ''}`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save.mutate();
      }}
    >
      <Stack gap="sm" maw={640}>
        {read.items.map((field) => (
          <FieldValue
            key={field.key}
            label={field.title}
            description={<Origin field={field} place={place} />}
            placeholder={inheritedText(field, place)}
            kind={field.kind}
            choices={field.choices}
            isReadOnly={!may || !field.applies || (field.setBy === 'administrator' && !mayDefine)}
            draft={typed[field.key] ?? ownDraft(field, place)}
            onChange={(draft) => setTyped({ ...typed, [field.key]: draft })}
          />
        ))}
        {may ? (
          <Group>
            <Button type="submit" size="xs" loading={save.isPending} disabled={!isReady}>
              Save fields
            </Button>
            {isReady && <CopyCommand line={musterLine(`fields set ${place.kind}`, [place.name, ...words])} />}
          </Group>
        ) : (
          <Text size="xs" c="dimmed">
            Changing this needs the permission{' '}
            {place.kind === 'device' ? 'devices:manage' : 'organisations:manage'}.
          </Text>
        )}
      </Stack>
    </form>
  );
}

/** What the field is for, where its value comes from, and why it may not be set here. */
function Origin({ field, place }: { field: FieldAtPlace; place: FieldPlace }) {
  const { key, description, origin, applies, setBy } = field;
  return (
    <>
      custom.{key}
      {description && ` · ${description}`} · {originText(origin, place)}
      {!applies && ` · cannot be set for a${place.kind === 'organisation' ? 'n' : ''} ${place.kind}`}
      {setBy === 'administrator' && ' · set by who has fields:manage'}
    </>
  );
}

function originText(origin: FieldAtPlace['origin'], place: FieldPlace): string {
  if (!origin) return 'not set';
  if (origin.kind === 'default') return 'from the default of the field';
  if (origin.kind === place.kind) return 'set here';
  return `from the ${origin.kind} ${origin.placeName}`;
}

/** What is set at this very place; what it inherits stands behind an empty field. */
function ownDraft({ origin, value, kind }: FieldAtPlace, place: FieldPlace): string {
  return origin?.kind === place.kind ? draftOf(value, kind) : '';
}

function inheritedText({ origin, value }: FieldAtPlace, place: FieldPlace): string {
  if (value === null || origin?.kind === place.kind) return '';
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
}
