/**
 * The permission catalogue: what a role can be made of. Keys are `noun:verb`; each says in one sentence what it allows.
 * Every endpoint, command and live view names one of these (or `public` / `authenticated`, with a reason).
 */
export const PERMISSIONS = {
  'devices:read': 'See devices, their state, facts and telemetry.',
  'devices:manage': 'Rename, tag, move, suspend, revoke and retire devices.',
  'devices:approve': 'Approve or refuse devices that wait for approval.',
  'devices:check-in': 'Report for a foreign node through sentpulse.v1 CheckIn.',
  'tokens:read': 'See enrolment tokens (never their secrets).',
  'tokens:manage': 'Create and revoke enrolment tokens.',
  'processes:read': 'See the processes of a device.',
  'processes:kill': 'End a process on a device.',
  'commands:read': 'See commands, their progress and their results.',
  'commands:cancel': 'Cancel a command that has not ended.',
  'organisations:read': 'See organisations and sites.',
  'audit:read': 'Search the audit log and get its checkpoints.',
  'audit:export': 'Export the audit log with its proofs.',
  'system:read': 'See the state, addresses and settings of this server.',
  'system:manage': 'Change the settings of this server.',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** What an endpoint demands: a permission, or one of two open doors that must be argued for beside the endpoint. */
export type Access = { permission: Permission } | { open: 'public' | 'authenticated'; reason: string };
