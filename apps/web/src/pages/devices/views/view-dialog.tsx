import { Select, Text, TextInput } from '@mantine/core';
import type { OrgId, SavedView } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../../actions/form-dialog.tsx';
import { musterLine } from '../../../actions/muster-line.ts';
import { queries } from '../../../api/client.ts';
import { useMay } from '../../../api/session.ts';
import { useChangeView, useSaveView } from './view-actions.tsx';
import type { ViewedList } from './viewed-list.ts';

/** What the dialog is for. */
export type ViewTask = { readonly kind: 'save' | 'rename' | 'share' };

type ViewDialogProps = {
  readonly task: ViewTask;
  readonly list: ViewedList;
  readonly view: SavedView | undefined;
  readonly onClose: () => void;
};

const VERBS = { save: 'Save', rename: 'Rename', share: 'Share' } as const;
const PRIVATE = 'private';

/** Asks for the name of a view, and for whom it is. */
export default function ViewDialog({ task: { kind }, list, view, onClose }: ViewDialogProps) {
  const [name, setName] = useState(kind === 'rename' ? (view?.name ?? '') : '');
  const [chosen, setChosen] = useState<string>();
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const place = chosen ?? (kind === 'share' ? organisations[0]?.id : PRIVATE);
  const save = useSaveView(list, onClose);
  const change = useChangeView(onClose);
  const orgId = place === undefined || place === PRIVATE ? null : (place as OrgId);
  const isReady = kind === 'share' ? orgId !== null : name.trim() !== '';
  const submit = () => {
    if (kind === 'save') save.mutate({ name, orgId });
    else if (view && kind === 'rename') change.mutate({ view, body: { name }, said: 'has its new name' });
    else if (view) change.mutate({ view, body: { orgId }, said: 'is shared' });
  };
  const org = organisations.find(({ id }) => id === place)?.name;
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={submit}
      title={kind === 'save' ? 'Save as a new view' : `${VERBS[kind]} view ${view?.name ?? ''}`}
      verb={VERBS[kind]}
      isReady={isReady}
      isBusy={save.isPending || change.isPending}
      command={lineOf(kind, { name, view, org, list })}
    >
      {kind !== 'share' && (
        <TextInput
          label="Name"
          required
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      {kind !== 'rename' && (
        <Audience {...{ kind, organisations }} value={place ?? null} onChange={setChosen} />
      )}
      {kind === 'save' && (
        <Text size="sm" c="dimmed">
          Keeps the filter, the shown columns and the order.
        </Text>
      )}
    </FormDialog>
  );
}

type AudienceProps = {
  readonly kind: ViewTask['kind'];
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
};

function Audience({ kind, organisations, value, onChange }: AudienceProps) {
  const mayShare = useMay('views:share');
  if (!mayShare) return null;
  const everybody = organisations.map(({ id, name }) => ({ value: id, label: `Everybody in ${name}` }));
  return (
    <Select
      label="For"
      required
      allowDeselect={false}
      data={kind === 'save' ? [{ value: PRIVATE, label: 'Only you' }, ...everybody] : everybody}
      value={value}
      onChange={(id) => id && onChange(id)}
    />
  );
}

type Said = {
  readonly name: string;
  readonly view: SavedView | undefined;
  readonly org: string | undefined;
  readonly list: ViewedList;
};

/** The `muster` line that does the same. */
function lineOf(kind: ViewTask['kind'], { name, view, org, list }: Said): string {
  if (kind === 'share') return musterLine('views share', [view?.name ?? ''], { org });
  if (kind === 'rename') {
    const shared = view?.orgId ?? undefined;
    return musterLine('views rename', [view?.name ?? '', name], { org: shared });
  }
  const { query, sort, shownIds } = list;
  return musterLine('views save', [name, ...(query === '' ? [] : [query])], {
    ...{ sort, org },
    columns: shownIds.join(','),
  });
}
