import { boolean, customType, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true });
const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/** What a machine exchanges for an identity. */
export const enrolmentTokens = pgTable('enrolment_tokens', {
  id: uuid('id').primaryKey(),
  orgId: uuid('org_id').notNull(),
  siteId: uuid('site_id').notNull(),
  handle: text('handle').notNull(),
  secretHash: bytea('secret_hash').notNull(),
  description: text('description').notNull(),
  usesAllowed: integer('uses_allowed'),
  uses: integer('uses').notNull().default(0),
  tags: jsonb('tags').$type<Record<string, string>>().notNull(),
  needsApproval: boolean('needs_approval').notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: uuid('created_by'),
  revokedAt: instant('revoked_at'),
});

/** One stored token. */
export type TokenRow = typeof enrolmentTokens.$inferSelect;
export type NewTokenRow = typeof enrolmentTokens.$inferInsert;
