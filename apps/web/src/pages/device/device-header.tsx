import { Title } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { IconChevronRight } from '@tabler/icons-react';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { PageLink } from '../../parts/page-link.tsx';
import { lookOf, PRESENCE_LOOKS, reasonText, StateMark } from '../../parts/state-mark.tsx';
import { SystemIcon } from '../../parts/system-icon.tsx';
import { When } from '../../parts/when.tsx';
import classes from './device.module.css';

/** Name, state with its reason, last contact, system, tags. */
export function DeviceHeader({ device }: { device: Device }) {
  return (
    <header className={classes.header}>
      <nav aria-label="Where this is" className={classes.crumbs}>
        <PageLink to="/devices" size="sm">
          Devices
        </PageLink>
        <IconChevronRight size={13} aria-hidden />
        <span>{device.siteName}</span>
      </nav>
      <div className={classes.titleRow}>
        <SystemIcon os={device.os} name={device.osName} size={22} />
        <Title order={1}>{nameOf(device)}</Title>
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
        {Object.entries(device.tags).map(([key, value]) => (
          <span key={key} className={classes.tag}>
            {key}={value}
          </span>
        ))}
      </div>
    </header>
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
