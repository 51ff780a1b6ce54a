import { Checkbox, Group, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { CustomField, CustomKind, FieldPlaceKind, OrgId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../../actions/form-dialog.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { useDraft } from '../../../actions/use-draft.ts';
import { api, queries } from '../../../api/client.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { draftOf, draftProblem, KIND_HINTS, KINDS, PLACES, toValue } from '../../../places/field-draft.ts';
import { FieldValue } from '../../../places/field-value.tsx';
import { readFieldsAnew } from '../../../places/read-fields-anew.ts';
import { changeFieldLine, defineFieldLine, type FieldDraft } from './field-line.ts';

const KEY = /^[a-z][a-z0-9_]{0,39}$/;

type FieldDialogProps = {
  /** As it is now; undefined: a new one. */
  readonly field: CustomField | undefined;
  readonly onClose: () => void;
};

/** Defines a custom field, or changes what may change about one: key and kind stay. */
export default function FieldDialog({ field, onClose }: FieldDialogProps) {
  const [base] = useState(field);
  const { draft, change } = useDraft(draftOfField(field));
  const save = useSave(field, onClose);
  const isReady =
    KEY.test(draft.key) &&
    draft.appliesTo.length > 0 &&
    (draft.kind !== 'enum' || draft.choices.length > 0) &&
    !draftProblem(draft.kind, draft.byDefault);
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate(draft)}
      size="lg"
      title={base ? `Change field ${base.title}` : 'Define a field'}
      verb={base ? 'Save' : 'Define'}
      leave={base ? 'Keep as it is' : 'Cancel'}
      isReady={isReady}
      isBusy={save.isPending}
      command={useLine(field, draft)}
    >
      {base && field && base.etag !== field.etag && (
        <ChangedMeanwhile before={wordsOf(base)} now={wordsOf(field)} />
      )}
      <Words draft={draft} change={change} isNew={!base} />
      <Values draft={draft} change={change} isNew={!base} />
    </FormDialog>
  );
}

/** The `muster` line that does what the form would; none while it would change nothing. */
function useLine(field: CustomField | undefined, draft: FieldDraft): string | undefined {
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const said = { ...draft, orgId: organisations.length > 1 ? draft.orgId : undefined };
  return field ? changeFieldLine(field, said) : defineFieldLine(said);
}

type PartProps = {
  readonly draft: FieldDraft;
  readonly change: (part: Partial<FieldDraft>) => void;
  readonly isNew: boolean;
};

function Words({ draft, change, isNew }: PartProps) {
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  return (
    <>
      <TextInput
        label="Title"
        description="As people read it"
        required
        maxLength={200}
        data-autofocus
        value={draft.title}
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <TextInput
        label="Key"
        description={isNew ? `Asked for as custom.${draft.key || 'key'}; it stays` : 'It stays as it is'}
        required
        disabled={!isNew}
        value={draft.key}
        error={
          draft.key !== '' &&
          !KEY.test(draft.key) &&
          'Lower case letters, digits and _, beginning with a letter'
        }
        onChange={(event) => change({ key: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        maxLength={1_000}
        autosize
        value={draft.description}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      {isNew && organisations.length > 1 && (
        <Select
          label="Organisation"
          required
          data={organisations.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.orgId ?? null}
          onChange={(id) => change({ orgId: (id ?? undefined) as OrgId | undefined })}
        />
      )}
    </>
  );
}

function Values({ draft, change, isNew }: PartProps) {
  return (
    <>
      <Select
        label="Kind"
        description={KIND_HINTS[draft.kind]}
        required
        allowDeselect={false}
        disabled={!isNew}
        data={KINDS}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as CustomKind, byDefault: '' })}
      />
      {draft.kind === 'enum' && (
        <TagsInput
          label="Choices"
          description="Each ended by Enter"
          required
          value={[...draft.choices]}
          onChange={(choices) => change({ choices })}
        />
      )}
      <Checkbox.Group
        label="Set for"
        description="What is set for a device holds; else for its site; else for its organisation"
        required
        value={[...draft.appliesTo]}
        onChange={(places) => change({ appliesTo: places as FieldPlaceKind[] })}
      >
        <Group gap="md" mt={6}>
          {PLACES.map((place) => (
            <Checkbox key={place} value={place} label={`${place}s`} />
          ))}
        </Group>
      </Checkbox.Group>
      <FieldValue
        label="Default"
        description="What holds where nothing is set"
        kind={draft.kind}
        choices={draft.choices}
        draft={draft.byDefault}
        onChange={(byDefault) => change({ byDefault })}
      />
      <Checkbox
        label="Only an administrator sets it"
        description="Whoever may define fields; else whoever may change the place"
        checked={draft.isForAdministrators}
        onChange={(event) => change({ isForAdministrators: event.currentTarget.checked })}
      />
    </>
  );
}

function useSave(field: CustomField | undefined, onClose: () => void) {
  return useAction({
    run: ({ key, kind, orgId, byDefault, isForAdministrators, ...draft }: FieldDraft) => {
      const asked = {
        ...{ title: draft.title, description: draft.description },
        choices: [...draft.choices],
        appliesTo: [...draft.appliesTo],
        byDefault: toValue(kind, byDefault),
        setBy: isForAdministrators ? ('administrator' as const) : ('operator' as const),
      };
      return field
        ? api.fields.update({ ...asked, fieldId: field.id }, { context: { ifMatch: field.etag } })
        : api.fields.create({ ...asked, key, kind, ...(orgId ? { orgId } : {}) });
    },
    said: ({ title }) => ({ title: `Field ${title} is ${field ? 'saved' : 'defined'}` }),
    failed: ({ title }) => `Could not save field ${title}`,
    after: async (saved) => {
      await readFieldsAnew();
      if (saved) onClose();
    },
  });
}

function draftOfField(field: CustomField | undefined): FieldDraft {
  if (!field)
    return {
      ...{ key: '', title: '', description: '', kind: 'text', choices: [], byDefault: '', orgId: undefined },
      ...{ appliesTo: PLACES, isForAdministrators: false },
    };
  const { key, title, description, kind, choices, appliesTo, byDefault, setBy, orgId } = field;
  return {
    ...{ key, title, description, kind, choices, appliesTo, orgId },
    ...{ byDefault: draftOf(byDefault, kind), isForAdministrators: setBy === 'administrator' },
  };
}

function wordsOf({ title, description, kind, choices, appliesTo, byDefault, setBy }: CustomField) {
  return {
    ...{
      Title: title,
      Description: description,
      Choices: choices.join(', '),
      'Set for': appliesTo.join(', '),
    },
    ...{ Default: draftOf(byDefault, kind), 'Set by': setBy },
  };
}
