import { RoleId } from '../ids/index.ts';

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
  'connections:read': 'See the network connections of a device.',
  'inventory:collect': 'Ask a device for its inventory now.',
  'commands:read': 'See commands, their progress and their results.',
  'commands:cancel': 'Cancel a command that has not ended.',
  'organisations:read': 'See organisations and sites.',
  'audit:read': 'Search the audit log and get its checkpoints.',
  'audit:export': 'Export the audit log with its proofs.',
  'audit:erase': 'Erase the content of single rows of the audit log.',
  'organisations:manage': 'Change an organisation and create, change and remove its sites.',
  'organisations:create': 'Create and remove organisations.',
  'groups:read': 'See groups and their devices.',
  'groups:manage': 'Create, change and remove groups, and decide which devices are in them.',
  'policies:read': 'See policies and what they set.',
  'policies:manage': 'Say what policies set for organisations, sites, groups and devices.',
  'fields:manage': 'Define custom fields, and set those that only administrators set.',
  'views:share': 'Share saved views in an organisation, and change and remove those that are shared.',
  'users:read': 'See people, their roles and what they may do.',
  'users:manage': 'Invite, disable and remove people, reset their passwords and assign their roles.',
  'roles:manage': 'Create, change and remove roles.',
  'providers:manage': 'Set up sign-in by OpenID Connect providers and directories.',
  'keys:manage': 'Create and revoke API keys of one’s own.',
  'approvals:decide': 'Approve and deny what others asked for and one could do oneself.',
  'system:read': 'See the state, addresses and settings of this server.',
  'system:manage': 'Change the settings of this server.',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/**
 * What concerns the whole installation: a grant in one organisation, site or group does not carry these, whatever its
 * role says. Otherwise the administrator of one tenant would change the server of all.
 */
export const INSTALLATION_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'audit:erase',
  'organisations:create',
  'providers:manage',
  'roles:manage',
  'system:read',
  'system:manage',
]);

/**
 * What may only be done by a person who has proved who they are a short while ago (setting signIn.stepUpMinutes): whoever
 * finds a console that was left open must not get at people, roles, keys and the server.
 */
export const DANGEROUS_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'audit:erase',
  'users:manage',
  'roles:manage',
  'keys:manage',
  'providers:manage',
  'organisations:create',
  'system:manage',
]);

/** Names of permissions in other catalogues, and what they mean here. */
export const PERMISSION_ALIASES: Readonly<Record<string, Permission>> = {
  'sentpulse:device:manage': 'devices:manage',
};

/** A permission by its name or alias; undefined for what is neither. */
export function findPermission(name: string): Permission | undefined {
  if (Object.hasOwn(PERMISSIONS, name)) return name as Permission;
  return Object.hasOwn(PERMISSION_ALIASES, name) ? PERMISSION_ALIASES[name] : undefined;
}

/** What an endpoint demands: a permission, or one of two open doors that must be argued for beside the endpoint. */
export type Access =
  | { permission: Permission }
  | {
      open: 'public' | 'authenticated';
      reason: string;
      /** Also while a role demands a second factor that is not set up: what is needed to set it up. */
      duringSetUp?: true;
    };

const everything = Object.keys(PERMISSIONS) as Permission[];

/** A role that every installation has; what it holds is decided here and nowhere else. */
export type BuiltInRole = {
  readonly id: RoleId;
  readonly name: string;
  readonly describe: string;
  readonly permissions: readonly Permission[];
};

/** The four roles that every installation has (SE-3). Their ids are those of migration 0008. */
export const BUILT_IN_ROLES = {
  admin: {
    id: RoleId.parse('00000000-0000-7000-8000-000000000001'),
    name: 'Admin',
    describe: 'Everything, within the place of the grant.',
    permissions: everything,
  },
  operator: {
    id: RoleId.parse('00000000-0000-7000-8000-000000000002'),
    name: 'Operator',
    describe: 'Devices and what is done to them, not people or settings.',
    permissions: [
      'devices:read',
      'devices:manage',
      'devices:approve',
      'devices:check-in',
      'tokens:read',
      'tokens:manage',
      'processes:read',
      'connections:read',
      'inventory:collect',
      'processes:kill',
      'commands:read',
      'commands:cancel',
      'organisations:read',
      'groups:read',
      'policies:read',
      'views:share',
      'keys:manage',
      'system:read',
    ],
  },
  viewer: {
    id: RoleId.parse('00000000-0000-7000-8000-000000000003'),
    name: 'Viewer',
    describe: 'Looks at devices and changes nothing.',
    permissions: [
      'devices:read',
      'processes:read',
      'connections:read',
      'commands:read',
      'organisations:read',
      'groups:read',
      'policies:read',
      'system:read',
    ],
  },
  auditor: {
    id: RoleId.parse('00000000-0000-7000-8000-000000000004'),
    name: 'Auditor',
    describe: 'Reads the audit log and nothing else.',
    permissions: ['audit:read'],
  },
} as const satisfies Record<string, BuiltInRole>;

/** Name of a built-in role in code and database. */
export type BuiltInRoleName = keyof typeof BUILT_IN_ROLES;
