import { Anchor, Box, Button, Group, Table } from '@mantine/core';
import type { Organisation, Site } from '@muster/contracts';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Missing } from '../../parts/missing.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { PartnerChoice } from './partner-choice.tsx';
import { RemoveOrganisation, RemoveSite } from './remove-place.tsx';
import { useRelayNames } from './use-relay-names.ts';

type OrganisationPanelProps = {
  readonly organisation: Organisation;
  readonly sites: readonly Site[];
  /** All there are; of a single one the name says nothing. */
  readonly organisations: readonly Organisation[];
  readonly onRename: () => void;
  /** Asks for a site of it; without an id for a new one. */
  readonly onSite: (id: Site['id'] | undefined) => void;
};

/** One organisation with its sites. */
export function OrganisationPanel(props: OrganisationPanelProps) {
  const { organisation, organisations, sites, onRename, onSite } = props;
  const isSingle = organisations.length === 1;
  const { name } = organisation;
  const mayManage = useMay('organisations:manage');
  const mayRemove = useMay('organisations:create');
  const [leaving, setLeaving] = useState<Site | 'organisation'>();
  const close = () => setLeaving(undefined);
  const relayNames = useRelayNames(sites);
  return (
    <Panel
      title={isSingle ? 'Sites' : name}
      aside={
        <Asked
          organisation={organisation}
          isSingle={isSingle}
          onRename={onRename}
          onSite={() => onSite(undefined)}
          onRemove={() => setLeaving('organisation')}
        />
      }
    >
      <ScrollTable
        label={`Sites of ${name}`}
        head={['Site', 'Location', 'Time zone', 'Contact', 'Relay', 'Devices', '']}
      >
        {sites.map((site) => (
          <Table.Tr key={site.id}>
            <Table.Td>
              <PageLink to="/organisations/$placeId" params={{ placeId: site.id }}>
                {site.name}
              </PageLink>
            </Table.Td>
            <Table.Td>{site.location || <Missing because="no location was given" />}</Table.Td>
            <Table.Td>{site.timezone}</Table.Td>
            <Table.Td>
              {site.contactEmail ? (
                <Anchor size="sm" href={`mailto:${site.contactEmail}`}>
                  {site.contactEmail}
                </Anchor>
              ) : (
                <Missing because="no contact was given" />
              )}
            </Table.Td>
            <Table.Td>
              <Relay deviceId={site.relayDeviceId} names={relayNames} />
            </Table.Td>
            <Table.Td>
              <PageLink
                to="/devices"
                search={{ scope: `site:${site.id}` }}
                aria-label={`Devices of ${site.name}`}
              >
                Devices
              </PageLink>
            </Table.Td>
            <Table.Td>
              {mayManage && (
                <SiteButtons
                  site={site}
                  isLast={sites.length === 1}
                  onChange={() => onSite(site.id)}
                  onRemove={() => setLeaving(site)}
                />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </ScrollTable>
      {mayRemove && !isSingle && (
        <Box mt="sm" maw={460}>
          <PartnerChoice organisation={organisation} organisations={organisations} />
        </Box>
      )}
      {leaving === 'organisation' && <RemoveOrganisation organisation={organisation} onClose={close} />}
      {typeof leaving === 'object' && <RemoveSite site={leaving} onClose={close} />}
    </Panel>
  );
}

type AskedProps = {
  readonly organisation: Organisation;
  readonly isSingle: boolean;
  readonly onRename: () => void;
  readonly onSite: () => void;
  readonly onRemove: () => void;
};

/** Where one goes from an organisation, and what one does with it. */
function Asked({ organisation, isSingle, onRename, onSite, onRemove }: AskedProps) {
  const { name } = organisation;
  const mayManage = useMay('organisations:manage');
  const mayRemove = useMay('organisations:create');
  return (
    <Group gap={12}>
      {!isSingle && (
        <PageLink
          to="/devices"
          search={{ scope: `org:${organisation.id}` }}
          size="sm"
          aria-label={`Devices of ${name}`}
        >
          Devices
        </PageLink>
      )}
      <PageLink
        to="/organisations/$placeId"
        params={{ placeId: organisation.id }}
        size="sm"
        aria-label={`Fields and policy of ${name}`}
      >
        Fields and policy
      </PageLink>
      {mayManage && (
        <Group gap={8}>
          <Button
            size="xs"
            // One button of a page stands out, not one of each organisation.
            variant={isSingle ? 'filled' : 'default'}
            onClick={onSite}
            aria-label={`Add a site to ${name}`}
          >
            Add a site
          </Button>
          <Button size="xs" variant="default" onClick={onRename} aria-label={`Rename ${name}`}>
            {isSingle ? 'Rename the organisation' : 'Rename'}
          </Button>
          {mayRemove && !isSingle && (
            <Button size="xs" variant="default" onClick={onRemove} aria-label={`Remove ${name}`}>
              Remove
            </Button>
          )}
        </Group>
      )}
    </Group>
  );
}

type RelayProps = { readonly deviceId: Site['relayDeviceId']; readonly names: ReadonlyMap<string, string> };

function Relay({ deviceId, names }: RelayProps) {
  if (deviceId === null) return <Missing because="no relay was named" />;
  const name = names.get(deviceId);
  if (name === undefined) return <Missing because="you may not see the device" />;
  return (
    <PageLink to="/devices/$deviceId" params={{ deviceId }}>
      {name}
    </PageLink>
  );
}

type SiteButtonsProps = {
  readonly site: Site;
  /** An organisation keeps one site. */
  readonly isLast: boolean;
  readonly onChange: () => void;
  readonly onRemove: () => void;
};

function SiteButtons({ site: { name }, isLast, onChange, onRemove }: SiteButtonsProps) {
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button size="compact-xs" variant="default" onClick={onChange} aria-label={`Change site ${name}`}>
        Change
      </Button>
      {!isLast && (
        <Button size="compact-xs" variant="default" onClick={onRemove} aria-label={`Remove site ${name}`}>
          Remove
        </Button>
      )}
    </Group>
  );
}
