import { Text } from '@mantine/core';
import type { Organisation, Site } from '@muster/contracts';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { readPlacesAnew } from './read-places-anew.ts';

/** Asks, with the name typed, and removes an organisation. */
export function RemoveOrganisation(props: { organisation: Organisation; onClose: () => void }) {
  const { id: orgId, name } = props.organisation;
  const remove = useAction({
    run: () => api.organisations.remove({ orgId }),
    said: () => ({ title: `${name} is removed` }),
    failed: () => `Could not remove ${name}`,
    after: async () => {
      props.onClose();
      await readPlacesAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={props.onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${name}`}
      verb="Remove"
      isDangerous
      typed={name}
      isBusy={remove.isPending}
      command={musterLine('organisations remove', [name])}
    >
      <Text size="sm">
        Its sites go with it, and the roles that people have there. It is refused while a device of it is
        neither retired nor revoked.
      </Text>
    </ConfirmDialog>
  );
}

/** Asks, with the name typed, and removes a site. */
export function RemoveSite({ site, onClose }: { site: Site; onClose: () => void }) {
  const { id: siteId, orgId, name } = site;
  const remove = useAction({
    run: () => api.sites.remove({ siteId }),
    said: () => ({ title: `Site ${name} is removed` }),
    failed: () => `Could not remove site ${name}`,
    after: async () => {
      onClose();
      await readPlacesAnew();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove site ${name}`}
      verb="Remove"
      isDangerous
      typed={name}
      isBusy={remove.isPending}
      command={musterLine('sites remove', [name], { org: orgId })}
    >
      <Text size="sm">It is refused while devices or enrolment tokens belong to it.</Text>
    </ConfirmDialog>
  );
}
