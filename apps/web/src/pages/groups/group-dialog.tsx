import { NumberInput, Group as Row, Select, Text, Textarea, TextInput } from '@mantine/core';
import type { Group, GroupId, OrgId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { useDraft } from '../../actions/use-draft.ts';
import { api, queries } from '../../api/client.ts';
import { FilterBox } from '../../filter/filter-box.tsx';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { changeGroupLine, createGroupLine, type GroupDraft } from './group-line.ts';
import { GroupPreview } from './group-preview.tsx';
import { possibleOuters } from './group-tree.ts';
import classes from './groups.module.css';
import { readGroupsAnew } from './read-groups-anew.ts';
import { useGroups } from './use-groups.ts';

type GroupDialogProps = {
  readonly kind: Group['kind'];
  /** As it is now; undefined: a new one. */
  readonly group: Group | undefined;
  /** What a new one begins with. */
  readonly start?: { readonly query: string; readonly orgId: OrgId | undefined };
  readonly onClose: () => void;
};

type Draft = GroupDraft & {
  /** What stands in the box, and is saved; `query` is what the preview shows. */
  readonly typed: string;
};

/** Makes a group, or changes one; a smart one shows what its query means while it is typed. */
export default function GroupDialog({ kind, group, start, onClose }: GroupDialogProps) {
  const [base] = useState(group);
  const { draft, change } = useDraft(
    group ? draftOf(group) : { ...draftOf(undefined), ...start, typed: start?.query ?? '' },
  );
  const save = useSave(kind, group, onClose);
  const groups = useGroups().data?.items ?? [];
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate(draft)}
      size="lg"
      title={base ? `Change group ${base.name}` : `Add a ${kind} group`}
      verb={base ? 'Save' : 'Add'}
      leave={base ? 'Keep as it is' : 'Cancel'}
      isReady={kind === 'static' || draft.typed.trim() !== ''}
      isBusy={save.isPending}
      command={useLine({ kind, group, draft })}
    >
      {base && group && base.etag !== group.etag && (
        <ChangedMeanwhile before={wordsOf(base, groups)} now={wordsOf(group, groups)} />
      )}
      <Words draft={draft} change={change} group={group} />
      {kind === 'smart' && <Meaning draft={draft} change={change} groupId={group?.id} />}
    </FormDialog>
  );
}

type LineProps = { readonly kind: Group['kind']; readonly group: Group | undefined; readonly draft: Draft };

/** The `muster` line that does what the form would; none while it would change nothing. */
function useLine({ kind, group, draft }: LineProps): string | undefined {
  const all = useGroups().data?.items ?? [];
  const said = { ...draft, query: draft.typed };
  return group ? changeGroupLine(group, said, all) : createGroupLine(kind, said, all);
}

type FieldsProps = { readonly draft: Draft; readonly change: (part: Partial<Draft>) => void };

function Words({ draft, change, group }: FieldsProps & { group: Group | undefined }) {
  const groups = useGroups().data?.items ?? [];
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const outers = possibleOuters(groups, group).filter(
    ({ orgId }) => draft.orgId === undefined || orgId === draft.orgId,
  );
  return (
    <>
      <TextInput
        label="Name"
        required
        maxLength={200}
        data-autofocus
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        maxLength={1_000}
        autosize
        value={draft.description}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      {!group && organisations.length > 1 && (
        <Select
          label="Organisation"
          required
          searchable
          data={organisations.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.orgId ?? null}
          onChange={(id) => change({ orgId: (id ?? undefined) as OrgId | undefined, parentId: null })}
        />
      )}
      <Row grow align="start">
        <Select
          label="Lies in"
          placeholder="No other group"
          clearable
          searchable
          clearButtonProps={{ 'aria-label': 'In no other group' }}
          data={outers.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.parentId}
          onChange={(id) => change({ parentId: id as GroupId | null })}
        />
        <NumberInput
          label="Priority"
          description="Of several groups of a device, the highest has the last word"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          min={0}
          max={1_000}
          allowDecimal={false}
          value={draft.priority}
          onChange={(priority) => change({ priority })}
        />
      </Row>
    </>
  );
}

function Meaning({ draft, change, groupId }: FieldsProps & { groupId: GroupId | undefined }) {
  const apply = (query: string) => change({ query, typed: query });
  return (
    <div className={classes.filter}>
      <Text size="sm" fw={500}>
        Which devices
      </Text>
      <FilterBox
        label="Which devices"
        text={draft.query}
        onApply={apply}
        // What is shown stays as well: somebody else's query must not take the place of what is being typed.
        onType={(typed) => change({ typed, query: draft.query })}
      />
      <GroupPreview query={draft.query} groupId={groupId} orgId={draft.orgId} onMend={apply} />
    </div>
  );
}

function useSave(kind: Group['kind'], group: Group | undefined, onClose: () => void) {
  return useAction({
    run: ({ query: _shown, typed, orgId, priority, ...draft }: Draft) => {
      const asked = { ...draft, priority: Number(priority), ...(kind === 'smart' ? { query: typed } : {}) };
      return group
        ? api.groups.update({ ...asked, groupId: group.id }, { context: { ifMatch: group.etag } })
        : api.groups.create({ ...asked, ...(orgId ? { orgId } : {}) });
    },
    said: ({ id, name }) => ({
      title: `Group ${name} is ${group ? 'saved' : 'added'}`,
      record: (
        <PageLink to="/groups/$groupId" params={{ groupId: id }}>
          Open the group
        </PageLink>
      ),
    }),
    failed: ({ name }) => `Could not save group ${name}`,
    after: async (saved) => {
      await readGroupsAnew();
      if (saved) onClose();
    },
  });
}

function draftOf(group: Group | undefined): Draft {
  const { name = '', description = '', parentId = null, priority = 100, query, orgId } = group ?? {};
  return { name, description, parentId, priority, query: query ?? '', typed: query ?? '', orgId };
}

function wordsOf(group: Group, groups: readonly Group[]): Record<string, string> {
  const { name, description, priority, query, parentId } = group;
  const outer = groups.find(({ id }) => id === parentId)?.name ?? 'a group that is gone';
  return {
    ...{ Name: name, Description: description, Priority: String(priority), Query: query ?? '' },
    'Lies in': parentId === null ? '' : outer,
  };
}
