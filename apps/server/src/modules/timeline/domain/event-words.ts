import type { EventPayload, EventType, PresenceReason, TimelineEntry, TimelineKind } from '@muster/contracts';
import { POLICY_FIELDS } from '@muster/contracts/policies';
import { told } from './told.ts';

/** What is said of something that happened. */
export type Words = Pick<TimelineEntry, 'title' | 'detail' | 'tone' | 'link'>;

/** Events that are about a device, and of which kind each is. */
export type DeviceEvent = Extract<EventType, `device.${string}`>;

export const KIND_OF_EVENT: Readonly<Record<DeviceEvent, TimelineKind>> = {
  'device.enrolled': 'identity',
  'device.online': 'state',
  'device.unresponsive': 'state',
  'device.offline': 'state',
  'device.updated': 'record',
  'device.token_mismatch': 'identity',
  'device.key_changed': 'identity',
  'device.group_entered': 'group',
  'device.group_left': 'group',
  'device.policy_changed': 'policy',
  'device.decommissioned': 'identity',
};

type Say = { readonly [Type in DeviceEvent]: (payload: EventPayload<Type>, deviceId: string) => Words };

const plain = (title: string, detail = ''): Words => ({ title, detail, tone: null, link: null });

const SAY: Say = {
  'device.enrolled': ({ hostname, lifecycle, cloneOf }) => ({
    ...plain('Enrolled', `as ${hostname}${lifecycle === 'pending' ? ', waits for approval' : ''}`),
    link: cloneOf === null ? null : `/devices/${cloneOf}`,
  }),
  'device.online': ({ reason }) => ({ ...plain('Online', REASONS[reason]), tone: 'good' }),
  'device.unresponsive': ({ reason }) => ({ ...plain('Unresponsive', REASONS[reason]), tone: 'warning' }),
  'device.offline': ({ reason }) => ({ ...plain('Offline', REASONS[reason]), tone: 'bad' }),
  'device.updated': ({ before, after }) => plain('Record changed', differences(before, after)),
  'device.token_mismatch': ({ address }) => ({
    ...plain('A token that was never its own', `from ${address}: a restored disk, or a copied key`),
    tone: 'bad',
  }),
  'device.key_changed': ({ before, after }) => plain('New device key', `${short(before)} → ${short(after)}`),
  'device.group_entered': ({ groupId, group }) => ({
    ...plain(`Entered the group ${group}`),
    link: `/groups/${groupId}`,
  }),
  'device.group_left': ({ groupId, group }) => ({
    ...plain(`Left the group ${group}`),
    link: `/groups/${groupId}`,
  }),
  'device.policy_changed': ({ before, after }, deviceId) => ({
    ...plain('Policy changed', settings(before, after)),
    link: `/devices/${deviceId}/settings`,
  }),
  'device.decommissioned': ({ reason }) => ({ ...plain('Gone for good', reason), tone: 'warning' }),
};

/** What is said of an event; its payload was checked against the catalogue before it was stored. */
export function wordsOfEvent(type: DeviceEvent, payload: unknown, deviceId: string): Words {
  const say = SAY[type] as (payload: unknown, deviceId: string) => Words;
  return say(payload, deviceId);
}

const REASONS: Readonly<Record<PresenceReason, string>> = {
  never_seen: 'never heard of',
  connected: 'connected',
  network: 'the connection broke without a word',
  stalled: 'connected, but the agent sends no telemetry',
  beacon_only: 'reachable by HTTPS only',
  asleep: 'went to sleep',
  shut_down: 'was shut down',
  rebooting: 'restarts',
  agent_stopped: 'the agent was stopped',
  gateway_lost: 'its gateway was lost',
  server_restarted: 'the server was restarted',
  silent: 'no contact for the offline limit',
  cut_off: 'cut off by its lifecycle',
};

const short = (fingerprint: string): string => fingerprint.slice(0, 12);

function settings(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string {
  const named = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(values).map(([field, value]) => {
        const known = Object.hasOwn(POLICY_FIELDS, field)
          ? POLICY_FIELDS[field as keyof typeof POLICY_FIELDS]
          : undefined;
        return known ? [known.title, `${value} ${known.unit}`] : [field, value];
      }),
    );
  return differences(named(before), named(after));
}

/** Each field that differs, before and after. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string {
  return Object.keys({ ...before, ...after })
    .filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null))
    .map((name) => `${name}: ${told(before[name])} → ${told(after[name])}`)
    .join(', ');
}
