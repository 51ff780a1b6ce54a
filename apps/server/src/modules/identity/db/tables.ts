import { customType, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true });

/** People who may sign in. */
export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  name: text('name').notNull(),
  passwordHash: text('password_hash').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  disabledAt: instant('disabled_at'),
  deletedAt: instant('deleted_at'),
});

/** Which role a person has in which organisation; in all of them where none is named. */
export const grants = pgTable('grants', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  orgId: uuid('org_id'),
  role: text('role').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** Who is signed in; of the token there is only a hash. */
export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  address: text('address').notNull(),
  userAgent: text('user_agent').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  seenAt: instant('seen_at').notNull().defaultNow(),
  expiresAt: instant('expires_at').notNull(),
  endedAt: instant('ended_at'),
});
