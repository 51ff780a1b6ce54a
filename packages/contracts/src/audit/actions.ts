import { z } from 'zod';

/** What the audit log can say was done: `noun.verb`, each with one sentence. */
export const AUDIT_ACTIONS = {
  'access.denied': 'Somebody asked for what they may not have; repeats of a minute are counted.',
  'agent_build.prepared': 'The build of an agent was started.',
  'audit.exported': 'The audit log was exported.',
  'audit.pruned': 'Rows older than the retention were removed; their hashes stay.',
  'command.cancelled': 'A command was cancelled.',
  'command.requested': 'A device was asked to do something.',
  'configuration.changed': 'A setting of the server was changed.',
  'device.approved': 'A pending device was let in.',
  'device.enrolled': 'A machine got an identity, or its own again.',
  'device.resumed': 'A suspended device was let back in.',
  'device.retired': 'A device was retired.',
  'device.revoked': 'The key of a device was made worthless.',
  'device.suspended': 'A device was cut off until it is resumed.',
  'device.uninstalled': 'A device said that its agent was removed.',
  'device.updated': 'A device was renamed, tagged or moved.',
  'installation.set_up': 'The first administrator was created.',
  'token.created': 'An enrolment token was made.',
  'token.revoked': 'An enrolment token was ended.',
  'user.login': 'Somebody signed in.',
  'user.login_failed': 'Somebody failed to sign in; repeats of a minute are counted.',
  'user.logout': 'Somebody signed out.',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
export const AuditAction = z.enum(Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]]);
