import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Roles; what a built-in one holds stands in the permission catalogue. */
export const roles = pgTable('roles', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  description: text('description').notNull().default(''),
  builtIn: text('built_in'),
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  deletedAt: instant('deleted_at'),
});

/** What roles of one's own hold. */
export const rolePermissions = pgTable('role_permissions', {
  roleId: uuid('role_id').notNull(),
  permission: text('permission').notNull(),
});

/** Which role a person has where; everywhere where no organisation is named. */
export const grants = pgTable('grants', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  roleId: uuid('role_id').notNull(),
  orgId: uuid('org_id'),
  siteId: uuid('site_id'),
  groupId: uuid('group_id'),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: uuid('created_by'),
});

/** Groups of devices. */
export const groups = pgTable('groups', {
  id: uuid('id').primaryKey(),
  orgId: uuid('org_id').notNull(),
  parentId: uuid('parent_id'),
  name: text('name').notNull(),
  description: text('description').notNull().default(''),
  query: text('query'),
  priority: integer('priority').notNull().default(100),
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  deletedAt: instant('deleted_at'),
});
