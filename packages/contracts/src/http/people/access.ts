import { z } from 'zod';
import { DeviceId, GrantId, GroupId, OrgId, RoleId, SiteId, UserId } from '../../ids/index.ts';
import { findPermission, PERMISSIONS, type Permission } from '../../permissions/index.ts';
import { demands, open } from '../base.ts';
import { Lifecycle, Presence } from '../presence.ts';
import { Instant, PageInput, page } from '../shapes.ts';

/** A permission by its name, or by the alias of another catalogue, which becomes ours. */
export const PermissionName = z
  .string()
  .max(100)
  .transform((name, context): Permission => {
    const permission = findPermission(name);
    if (permission) return permission;
    context.addIssue({ code: 'custom', message: `must not name “${name}”: there is no such permission` });
    return z.NEVER;
  });

/** What a role can be made of. */
const AnyPermission = z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]]);

export const Role = z.object({
  id: RoleId,
  name: z.string(),
  description: z.string(),
  /** Built-in roles cannot be changed. */
  builtIn: z.boolean(),
  permissions: z.array(AnyPermission),
  /** How many grants name it. */
  grants: z.number().int(),
  etag: z.string(),
});
export type Role = z.infer<typeof Role>;

/** Where a grant holds. All null: everywhere in this installation, organisations to come included. */
export const Place = z.object({
  orgId: OrgId.nullable().default(null),
  siteId: SiteId.nullable().default(null),
  groupId: GroupId.nullable().default(null),
});
export type Place = z.infer<typeof Place>;

export const NewGrant = Place.extend({ roleId: RoleId });
export type NewGrant = z.infer<typeof NewGrant>;

export const Grant = z.object({
  id: GrantId,
  roleId: RoleId,
  roleName: z.string(),
  orgId: OrgId.nullable(),
  siteId: SiteId.nullable(),
  groupId: GroupId.nullable(),
  /** Name of the organisation, site or group; null for everywhere. */
  placeName: z.string().nullable(),
  /** Name of the sign-in provider whose groups give it; null where a person did. */
  provider: z.string().nullable(),
  createdAt: Instant,
});
export type Grant = z.infer<typeof Grant>;

export const Group = z.object({
  id: GroupId,
  orgId: OrgId,
  parentId: GroupId.nullable(),
  name: z.string(),
  description: z.string(),
  /** static: people say which devices are in it; smart: a query does, and no right can stand on it. */
  kind: z.enum(['static', 'smart']),
  query: z.string().nullable(),
  /** Of several groups of a device, the one with the highest has the last word in policies. */
  priority: z.number().int(),
  /** Whether the members are those of the query already; always true for static groups. */
  settled: z.boolean(),
  /** Devices that are in the group itself, those of groups inside it not counted. */
  devices: z.number().int(),
  etag: z.string(),
});
export type Group = z.infer<typeof Group>;

/** Why somebody may, or may not, use a permission. */
const Right = z.object({
  permission: AnyPermission,
  describe: z.string(),
  allowed: z.boolean(),
  /** Each grant that allows it. */
  because: z.array(Grant),
});

/** A device as a group lists it. */
export const GroupDevice = z.object({
  id: DeviceId,
  name: z.string(),
  lifecycle: Lifecycle,
  presence: Presence,
});
export type GroupDevice = z.infer<typeof GroupDevice>;

const GroupQuery = z.string().trim().min(1).max(8_192);
const Priority = z.number().int().min(0).max(1_000);
const groupText = { name: z.string().trim().min(1).max(200), description: z.string().max(1_000) };
const members = z.object({ groupId: GroupId, deviceIds: z.array(DeviceId).min(1).max(1_000) });

export const access = {
  permissions: open('authenticated', 'The catalogue is the same for everybody and printed in the reference.')
    .route({ method: 'GET', path: '/access/permissions', summary: 'List what a role can be made of' })
    .output(
      z.object({
        items: z.array(
          z.object({
            name: AnyPermission,
            describe: z.string(),
            installation: z.boolean(),
            aliases: z.array(z.string()),
          }),
        ),
      }),
    ),
  explain: open(
    'authenticated',
    'Everybody may see what they may do themselves; for others users:read is demanded.',
  )
    .route({
      method: 'GET',
      path: '/access/explain',
      summary: 'What may this person do, and why',
      description: 'Without userId about whoever asks; with deviceId about that device alone.',
    })
    .input(
      z.object({
        userId: UserId.optional(),
        deviceId: DeviceId.optional(),
        permission: PermissionName.optional(),
      }),
    )
    .output(
      z.object({ userId: UserId, name: z.string(), deviceId: DeviceId.nullable(), rights: z.array(Right) }),
    ),
  roles: demands('users:read')
    .route({ method: 'GET', path: '/roles', summary: 'List roles' })
    .output(z.object({ items: z.array(Role) })),
  createRole: demands('roles:manage')
    .route({ method: 'POST', path: '/roles', summary: 'Create a role', successStatus: 201 })
    .input(
      z.object({
        name: z.string().trim().min(1).max(200),
        description: z.string().max(1_000).default(''),
        permissions: z.array(PermissionName).max(200),
      }),
    )
    .output(Role),
  updateRole: demands('roles:manage')
    .route({ method: 'PATCH', path: '/roles/{roleId}', summary: 'Change a role of your own' })
    .input(
      z.object({
        roleId: RoleId,
        name: z.string().trim().min(1).max(200).optional(),
        description: z.string().max(1_000).optional(),
        permissions: z.array(PermissionName).max(200).optional(),
      }),
    )
    .output(Role),
  removeRole: demands('roles:manage')
    .route({
      method: 'DELETE',
      path: '/roles/{roleId}',
      summary: 'Remove a role that nobody has',
      successStatus: 204,
    })
    .input(z.object({ roleId: RoleId })),
  grant: demands('users:manage')
    .route({
      method: 'POST',
      path: '/users/{userId}/grants',
      summary: 'Give a person a role somewhere',
      description: 'Nobody can give what they do not have themselves at that place.',
      successStatus: 201,
    })
    .input(NewGrant.extend({ userId: UserId }))
    .output(Grant),
  withdraw: demands('users:manage')
    .route({
      method: 'DELETE',
      path: '/grants/{grantId}',
      summary: 'Take a role from a person',
      successStatus: 204,
    })
    .input(z.object({ grantId: GrantId })),
};

export const groups = {
  list: demands('groups:read')
    .route({ method: 'GET', path: '/groups', summary: 'List groups' })
    .output(z.object({ items: z.array(Group) })),
  create: demands('groups:manage')
    .route({
      method: 'POST',
      path: '/groups',
      summary: 'Create a group, smart where it has a query',
      successStatus: 201,
    })
    .input(
      z.object({
        ...groupText,
        description: groupText.description.default(''),
        orgId: OrgId.optional(),
        parentId: GroupId.nullable().default(null),
        query: GroupQuery.nullable().default(null),
        priority: Priority.default(100),
      }),
    )
    .output(Group),
  update: demands('groups:manage')
    .route({
      method: 'PATCH',
      path: '/groups/{groupId}',
      summary: 'Change a group: its name, what it lies in, what a smart one means',
    })
    .input(
      z.object({
        groupId: GroupId,
        name: groupText.name.optional(),
        description: groupText.description.optional(),
        parentId: GroupId.nullable().optional(),
        query: GroupQuery.optional(),
        priority: Priority.optional(),
      }),
    )
    .output(Group),
  remove: demands('groups:manage')
    .route({
      method: 'DELETE',
      path: '/groups/{groupId}',
      summary: 'Remove a group; its devices stay',
      description: 'Refused while a grant or another group stands on it.',
      successStatus: 204,
    })
    .input(z.object({ groupId: GroupId })),
  devices: demands('groups:read')
    .route({
      method: 'GET',
      path: '/groups/{groupId}/devices',
      summary: 'List the devices of a group',
    })
    .input(PageInput.extend({ groupId: GroupId }))
    .output(page(GroupDevice)),
  changes: demands('groups:read')
    .route({
      method: 'GET',
      path: '/groups/{groupId}/changes',
      summary: 'List who entered a smart group and who left it',
    })
    .input(PageInput.extend({ groupId: GroupId }))
    .output(
      page(
        z.object({
          at: Instant,
          change: z.enum(['entered', 'left']),
          deviceId: DeviceId,
          deviceName: z.string(),
        }),
      ),
    ),
  preview: demands('groups:read')
    .route({
      method: 'POST',
      path: '/groups/preview',
      summary: 'What a smart group with this query would mean',
      description: 'With the group that would get it: who would enter and leave.',
    })
    .input(z.object({ query: GroupQuery, groupId: GroupId.optional(), orgId: OrgId.optional() }))
    .output(
      z.object({
        matching: z.number().int(),
        entering: z.number().int(),
        leaving: z.number().int(),
        /** Some of those that match. */
        sample: z.array(z.object({ id: DeviceId, name: z.string() })),
        /** What the query asks for, and who can change it. */
        fields: z.array(
          z.object({
            name: z.string(),
            authority: z.enum(['server', 'operator', 'device']),
            describe: z.string(),
          }),
        ),
      }),
    ),
  add: demands('groups:manage')
    .route({ method: 'POST', path: '/groups/{groupId}/devices', summary: 'Put devices into a static group' })
    .input(members)
    .output(Group),
  take: demands('groups:manage')
    .route({
      method: 'POST',
      path: '/groups/{groupId}/devices/remove',
      summary: 'Take devices out of a static group',
    })
    .input(members)
    .output(Group),
};
