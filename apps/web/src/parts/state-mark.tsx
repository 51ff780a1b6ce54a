import type { Lifecycle, Presence, PresenceReason } from '@muster/contracts';
import {
  IconAlertTriangleFilled,
  IconArchiveFilled,
  IconCircleDashed,
  IconCircleFilled,
  IconClockFilled,
  IconHandStop,
  IconLockFilled,
  IconSquareFilled,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import classes from './parts.module.css';

type Look = { readonly word: string; readonly tone: string; readonly Shape: ComponentType<{ size: number }> };

/** State is always colour, shape and word. */
export const PRESENCE_LOOKS: Readonly<Record<Presence, Look>> = {
  online: { word: 'Online', tone: 'good', Shape: IconCircleFilled },
  unresponsive: { word: 'Unresponsive', tone: 'warn', Shape: IconAlertTriangleFilled },
  offline: { word: 'Offline', tone: 'bad', Shape: IconSquareFilled },
  unknown: { word: 'Not seen yet', tone: 'quiet', Shape: IconCircleDashed },
};

const LIFECYCLE_LOOKS: Readonly<Record<Exclude<Lifecycle, 'active'>, Look>> = {
  pending: { word: 'Waits for approval', tone: 'warn', Shape: IconClockFilled },
  suspended: { word: 'Suspended', tone: 'warn', Shape: IconHandStop },
  revoked: { word: 'Revoked', tone: 'bad', Shape: IconLockFilled },
  retired: { word: 'Retired', tone: 'quiet', Shape: IconArchiveFilled },
};

const REASONS: Readonly<Record<PresenceReason, string>> = {
  never_seen: 'never heard of',
  connected: 'connected',
  network: 'the connection broke without a word',
  stalled: 'connected, but the agent sends no telemetry',
  beacon_only: 'reachable within 60 s by HTTPS only',
  asleep: 'went to sleep',
  shut_down: 'was shut down',
  rebooting: 'restarts',
  agent_stopped: 'the agent was stopped',
  gateway_lost: 'its gateway was lost',
  server_restarted: 'the server was restarted',
  silent: 'no contact for the offline limit',
  cut_off: 'cut off by its lifecycle',
};

/** Why a device is in its state, as words. */
export function reasonText(reason: PresenceReason): string {
  return REASONS[reason];
}

/** What a device's state looks like: a record that is not in use says so before its presence does. */
export function lookOf(device: { lifecycle: Lifecycle; presence: Presence }): Look {
  return device.lifecycle === 'active' ? PRESENCE_LOOKS[device.presence] : LIFECYCLE_LOOKS[device.lifecycle];
}

/** Colour, shape and word of a state. */
export function StateMark({ look }: { look: Look }) {
  const { word, tone, Shape } = look;
  return (
    <span className={classes.state} data-tone={tone}>
      <Shape size={10} aria-hidden />
      <span>{word}</span>
    </span>
  );
}
