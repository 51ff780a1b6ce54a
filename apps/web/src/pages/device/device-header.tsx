import type { Device } from '@muster/contracts';
import { IconChevronRight } from '@tabler/icons-react';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { lookOf, PRESENCE_LOOKS, reasonText, StateMark } from '../../parts/state-mark.tsx';
import { SystemIcon } from '../../parts/system-icon.tsx';
import { When } from '../../parts/when.tsx';
import classes from './device.module.css';

/** Name, state with its reason, last contact, system, tags. */
export function DeviceHeader({ device, tab }: { device: Device; tab: string | undefined }) {
  const hasSeveral = useOrganisationNames() !== undefined;
  return (
    <header className={classes.header}>
      <nav aria-label="Where this is" className={classes.crumbs}>
        <PageLink to="/devices" size="sm">
          Devices
        </PageLink>
        <IconChevronRight size={13} aria-hidden />
        <PageLink to="/devices" search={{ scope: `site:${device.siteId}` }} size="sm">
          {hasSeveral ? `${device.orgName} › ${device.siteName}` : device.siteName}
        </PageLink>
      </nav>
      <div className={classes.titleRow}>
        <SystemIcon os={device.os} name={device.osName} size={22} />
        <PageTitle tab={tab && `${nameOf(device)} · ${tab}`}>{nameOf(device)}</PageTitle>
        {device.displayName && <span className={classes.quiet}>{device.hostname}</span>}
      </div>
      <div className={classes.line}>
        <State device={device} />
        <span>
          Last contact{' '}
          {device.presence === 'online' ? 'now' : <When at={device.lastSeenAt} missing="never heard of" />}
        </span>
        <span>
          {device.osName} · {device.arch}
        </span>
        <Tags device={device} />
      </div>
    </header>
  );
}

/** More tags than these stand on the tab where they are set. */
const MOST_TAGS = 6;

function Tags({ device: { id, tags } }: { device: Device }) {
  const all = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  if (all.length === 0) return null;
  const rest = all.slice(MOST_TAGS);
  return (
    <span className={classes.tags}>
      {all.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className={classes.tag} title={tag}>
          {tag}
        </span>
      ))}
      {rest.length > 0 && (
        <PageLink to="/devices/$deviceId/settings" params={{ deviceId: id }} size="sm">
          {rest.length} more {rest.length === 1 ? 'tag' : 'tags'}
        </PageLink>
      )}
    </span>
  );
}

function State({ device }: { device: Device }) {
  const isActive = device.lifecycle === 'active';
  return (
    <span className={classes.state} role="status" aria-label="State">
      <StateMark look={lookOf(device)} />
      {!isActive && device.lifecycle === 'pending' && <StateMark look={PRESENCE_LOOKS[device.presence]} />}
      <span className={classes.quiet}>
        {reasonText(device.presenceReason)}, since <When at={device.presenceSince} />
      </span>
    </span>
  );
}
