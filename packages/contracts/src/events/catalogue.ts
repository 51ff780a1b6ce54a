import { z } from 'zod';
import { CommandState } from '../commands/ledger.ts';
import { PresenceReason } from '../http/presence.ts';
import { CommandId, EnrolmentTokenId, GroupId } from '../ids/index.ts';
import { defineEvent } from './define-event.ts';

const seen = z.object({ hostname: z.string(), reason: PresenceReason, at: z.iso.datetime() });

/**
 * Everything that can happen. A state change appends its event in the same transaction; a check fails for an entry
 * without a publisher and a test, and for the reverse.
 */
export const EVENTS = {
  'device.enrolled': defineEvent({
    type: 'device.enrolled',
    version: 1,
    subject: 'device',
    priority: 'normal',
    describe: 'A machine exchanged an enrolment token for an identity, or a clone asked for one of its own.',
    payload: z.object({
      hostname: z.string(),
      os: z.string(),
      lifecycle: z.enum(['pending', 'active']),
      tokenId: EnrolmentTokenId.nullable(),
      cloneOf: z.string().nullable(),
    }),
  }),
  'device.online': defineEvent({
    type: 'device.online',
    version: 1,
    subject: 'device',
    priority: 'normal',
    describe: 'The device is connected and its telemetry is fresh.',
    payload: seen,
  }),
  'device.unresponsive': defineEvent({
    type: 'device.unresponsive',
    version: 1,
    subject: 'device',
    priority: 'high',
    describe:
      'The device lost its socket or stopped sending telemetry, and the offline limit is not reached.',
    payload: seen,
  }),
  'device.offline': defineEvent({
    type: 'device.offline',
    version: 1,
    subject: 'device',
    priority: 'critical',
    describe: 'No contact for the offline limit, or the device said goodbye.',
    payload: seen,
  }),
  'device.updated': defineEvent({
    type: 'device.updated',
    version: 1,
    subject: 'device',
    priority: 'low',
    describe: 'Facts, name, tags, site or lifecycle of a device changed.',
    payload: z.object({
      fields: z.array(z.string()),
      before: z.record(z.string(), z.unknown()),
      after: z.record(z.string(), z.unknown()),
    }),
  }),
  'device.token_mismatch': defineEvent({
    type: 'device.token_mismatch',
    version: 1,
    subject: 'device',
    priority: 'high',
    describe:
      'A device proved its key but carried a token that was never its own: a restored disk, or a copied key.',
    payload: z.object({ hostname: z.string(), address: z.string() }),
  }),
  'device.key_changed': defineEvent({
    type: 'device.key_changed',
    version: 1,
    subject: 'device',
    priority: 'normal',
    describe: 'A device took a new key, as it does when its own is old. The fingerprints are SHA-256.',
    payload: z.object({ hostname: z.string(), before: z.string(), after: z.string() }),
  }),
  'device.group_entered': defineEvent({
    type: 'device.group_entered',
    version: 1,
    subject: 'device',
    priority: 'low',
    describe: 'A smart group means the device now.',
    payload: z.object({ groupId: GroupId, group: z.string() }),
  }),
  'device.group_left': defineEvent({
    type: 'device.group_left',
    version: 1,
    subject: 'device',
    priority: 'low',
    describe: 'A smart group means the device no longer.',
    payload: z.object({ groupId: GroupId, group: z.string() }),
  }),
  'device.policy_changed': defineEvent({
    type: 'device.policy_changed',
    version: 1,
    subject: 'device',
    priority: 'low',
    describe: 'Something else holds for the device: a policy changed, or it came under others.',
    payload: z.object({
      before: z.record(z.string(), z.number()),
      after: z.record(z.string(), z.number()),
    }),
  }),
  'device.decommissioned': defineEvent({
    type: 'device.decommissioned',
    version: 1,
    subject: 'device',
    priority: 'normal',
    describe: 'The device left for good: uninstalled, retired or revoked.',
    payload: z.object({ hostname: z.string(), reason: z.enum(['uninstalled', 'retired', 'revoked']) }),
  }),
  'user.login': defineEvent({
    type: 'user.login',
    version: 1,
    subject: 'user',
    priority: 'normal',
    describe: 'Somebody signed in.',
    payload: z.object({ email: z.string(), methods: z.array(z.string()), address: z.string() }),
  }),
  'user.logout': defineEvent({
    type: 'user.logout',
    version: 1,
    subject: 'user',
    priority: 'low',
    describe: 'Somebody signed out.',
    payload: z.object({ name: z.string() }),
  }),
  'user.token_reused': defineEvent({
    type: 'user.token_reused',
    version: 1,
    subject: 'user',
    priority: 'critical',
    describe: 'A refresh token came a second time: a copy of it is about, and its session was ended.',
    payload: z.object({ address: z.string() }),
  }),
  'user.mfa.enabled': defineEvent({
    type: 'user.mfa.enabled',
    version: 1,
    subject: 'user',
    priority: 'normal',
    describe: 'A person set up a second factor.',
    payload: z.object({ method: z.enum(['totp', 'passkey']) }),
  }),
  'user.mfa.disabled': defineEvent({
    type: 'user.mfa.disabled',
    version: 1,
    subject: 'user',
    priority: 'high',
    describe: 'A person gave up a second factor, or all of them were taken away.',
    payload: z.object({ method: z.enum(['totp', 'passkey', 'all']) }),
  }),
  'command.ended': defineEvent({
    type: 'command.ended',
    version: 1,
    subject: 'command',
    priority: 'normal',
    describe: 'A command reached its end, whichever.',
    payload: z.object({ commandId: CommandId, name: z.string(), state: CommandState, deviceId: z.string() }),
  }),
} as const;

export type EventType = keyof typeof EVENTS;
export type EventPayload<Type extends EventType> = z.infer<(typeof EVENTS)[Type]['payload']>;
