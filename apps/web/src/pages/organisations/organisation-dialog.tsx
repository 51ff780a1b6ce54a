import { TextInput } from '@mantine/core';
import type { Organisation } from '@muster/contracts';
import { useState } from 'react';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { useDraft } from '../../actions/use-draft.ts';
import { api } from '../../api/client.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { readPlacesAnew } from './read-places-anew.ts';
import { TimezoneSelect } from './timezone-select.tsx';

type OrganisationDialogProps = {
  /** As it is now; undefined: a new one. */
  readonly organisation: Organisation | undefined;
  readonly onClose: () => void;
};

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Adds an organisation with its first site, or renames one. */
export default function OrganisationDialog({ organisation, onClose }: OrganisationDialogProps) {
  const [base] = useState(organisation);
  // One that was removed meanwhile is not added anew: saving it says that it is gone.
  const subject = organisation ?? base;
  const { draft, change } = useDraft({ name: subject?.name ?? '', siteName: 'main', timezone: HERE });
  const { name, siteName, timezone } = draft;
  const save = useAction({
    run: () =>
      subject
        ? api.organisations.update(
            { orgId: subject.id, name },
            // Saved again after the notice below, it is meant.
            { context: { ifMatch: subject.etag } },
          )
        : api.organisations.create({ name, siteName, timezone }),
    said: (saved) => ({ title: subject ? `It is called ${saved.name} now` : `${saved.name} is added` }),
    failed: () => `Could not save ${name}`,
    after: async (saved) => {
      await readPlacesAnew();
      if (saved) onClose();
    },
  });
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate()}
      title={base ? `Rename ${base.name}` : 'Add an organisation'}
      verb={base ? 'Save' : 'Add'}
      leave={base ? 'Keep as it is' : 'Cancel'}
      isBusy={save.isPending}
      command={
        base
          ? musterLine('organisations rename', [base.name, name])
          : musterLine('organisations create', [name], { site: siteName, timezone })
      }
    >
      {base && organisation && base.etag !== organisation.etag && (
        <ChangedMeanwhile before={{ Name: base.name }} now={{ Name: organisation.name }} />
      )}
      <TextInput
        label="Name"
        required
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {!base && (
        <>
          <TextInput
            label="Its first site"
            required
            maxLength={200}
            value={siteName}
            onChange={(event) => change({ siteName: event.currentTarget.value })}
          />
          <TimezoneSelect value={timezone} onChange={(zone) => change({ timezone: zone })} />
        </>
      )}
    </FormDialog>
  );
}
