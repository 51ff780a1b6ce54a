import type { Organisation, Site } from '@muster/contracts';
import { musterLine } from '../../actions/muster-line.ts';
import { RemoveDialog } from '../../actions/remove-dialog.tsx';
import { api } from '../../api/client.ts';
import { readPlacesAnew } from './read-places-anew.ts';

/** Asks, with the name typed, and removes an organisation. */
export function RemoveOrganisation(props: { organisation: Organisation; onClose: () => void }) {
  const { id: orgId, name } = props.organisation;
  return (
    <RemoveDialog
      name={name}
      remove={() => api.organisations.remove({ orgId })}
      after={readPlacesAnew}
      command={musterLine('organisations remove', [name])}
      onClose={props.onClose}
    >
      Its sites go with it, and the roles that people have there. It is refused while a device of it is
      neither retired nor revoked.
    </RemoveDialog>
  );
}

/** Asks, with the name typed, and removes a site. */
export function RemoveSite({ site, onClose }: { site: Site; onClose: () => void }) {
  const { id: siteId, orgId, name } = site;
  return (
    <RemoveDialog
      noun="site"
      name={name}
      remove={() => api.sites.remove({ siteId })}
      after={readPlacesAnew}
      command={musterLine('sites remove', [name], { org: orgId })}
      onClose={onClose}
    >
      It is refused while devices or enrolment tokens belong to it.
    </RemoveDialog>
  );
}
