import { TextInput } from '@mantine/core';
import type { DeviceId, OrgId, Site } from '@muster/contracts';
import { useState } from 'react';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { useDraft } from '../../actions/use-draft.ts';
import { api } from '../../api/client.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { DevicePicker } from '../../parts/device-picker.tsx';
import { readPlacesAnew } from './read-places-anew.ts';
import { changeSiteLine, createSiteLine, relayLine, type SiteDraft } from './site-line.ts';
import { TimezoneSelect } from './timezone-select.tsx';
import { useRelayNames } from './use-relay-names.ts';

type SiteDialogProps = {
  readonly orgId: OrgId;
  /** As it is now; undefined: a new one. */
  readonly site: Site | undefined;
  readonly onClose: () => void;
};

type Draft = SiteDraft & { readonly relay: DeviceId | null };

/** Adds a site, or changes one. */
export default function SiteDialog({ orgId, site, onClose }: SiteDialogProps) {
  const [base] = useState(site);
  // A site that was removed meanwhile is not added anew: saving it says that it is gone.
  const subject = site ?? base;
  const { draft, change } = useDraft(draftOf(subject));
  const save = useSave(orgId, subject, onClose);
  const relays = useRelayNames([base, site].flatMap((one) => one ?? []));
  // The relay first: it is asked for by the name that the site has now.
  const lines = subject
    ? [relayLine(subject, draft.relay), changeSiteLine(subject, draft)].filter((line) => line !== undefined)
    : [createSiteLine(orgId, draft)];
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => save.mutate(draft)}
      title={base ? `Change site ${base.name}` : 'Add a site'}
      verb={base ? 'Save' : 'Add'}
      leave={base ? 'Keep as it is' : 'Cancel'}
      isBusy={save.isPending}
      command={lines.join('\n')}
    >
      {base && site && base.etag !== site.etag && (
        <ChangedMeanwhile before={wordsOf(base, relays)} now={wordsOf(site, relays)} />
      )}
      <TextInput
        label="Name"
        required
        maxLength={200}
        data-autofocus
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label="Location"
        description="An address, or how to find it"
        maxLength={500}
        value={draft.location}
        onChange={(event) => change({ location: event.currentTarget.value })}
      />
      <TimezoneSelect value={draft.timezone} onChange={(timezone) => change({ timezone })} />
      <TextInput
        label="Contact"
        description="Email address of who answers for the place"
        type="email"
        maxLength={254}
        value={draft.contact}
        onChange={(event) => change({ contact: event.currentTarget.value })}
      />
      {base && (
        <DevicePicker
          label="Relay"
          description="An active device of the site that is to serve the others. Nothing goes through it yet."
          among={`site.id = ${base.id} and lifecycle = active`}
          value={draft.relay}
          onChange={(relay) => change({ relay })}
        />
      )}
    </FormDialog>
  );
}

function useSave(orgId: OrgId, site: Site | undefined, onClose: () => void) {
  return useAction({
    run: ({ contact, relay, ...draft }: Draft) => {
      const asked = { ...draft, contactEmail: contact === '' ? null : contact };
      return site
        ? api.sites.update(
            { ...asked, siteId: site.id, relayDeviceId: relay },
            { context: { ifMatch: site.etag } },
          )
        : api.sites.create({ ...asked, orgId });
    },
    said: ({ name }) => ({ title: `Site ${name} is ${site ? 'saved' : 'added'}` }),
    failed: ({ name }) => `Could not save site ${name}`,
    after: async (saved) => {
      await readPlacesAnew();
      if (saved) onClose();
    },
  });
}

function draftOf(site: Site | undefined): Draft {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!site) return { name: '', location: '', timezone, contact: '', relay: null };
  return {
    ...{ name: site.name, location: site.location, timezone: site.timezone },
    ...{ contact: site.contactEmail ?? '', relay: site.relayDeviceId },
  };
}

function wordsOf(site: Site, relays: ReadonlyMap<string, string>): Record<string, string> {
  const { name, location, timezone, contactEmail, relayDeviceId: relay } = site;
  return {
    ...{ Name: name, Location: location, 'Time zone': timezone, Contact: contactEmail ?? '' },
    Relay: relay === null ? '' : (relays.get(relay) ?? 'a device that you may not see'),
  };
}
