import { z } from 'zod';
import { OrgId, ViewId } from '../ids/index.ts';
import { demands } from './base.ts';
import { DeviceSort } from './devices.ts';

/** A way to look at the devices list, kept under a name. */
export const SavedView = z.object({
  id: ViewId,
  name: z.string(),
  /** Empty: all devices. */
  query: z.string(),
  /** The columns that are shown, by id; empty: those that are shown without a view. */
  columns: z.array(z.string()),
  sort: DeviceSort,
  /** Where it is shared; null: private. */
  orgId: OrgId.nullable(),
  orgName: z.string().nullable(),
  /** Whether who asks may change and remove it. */
  mayChange: z.boolean(),
  etag: z.string(),
});
export type SavedView = z.infer<typeof SavedView>;

const content = {
  name: z.string().trim().min(1).max(100),
  query: z.string().trim().max(8_192),
  columns: z.array(z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be the id of a column')).max(64),
  sort: DeviceSort,
};

export const views = {
  list: demands('devices:read')
    .route({
      method: 'GET',
      path: '/views',
      summary: 'List the saved views of the devices list',
      description: 'One’s own, and those that are shared in the organisations one sees.',
    })
    .output(z.object({ items: z.array(SavedView) })),
  create: demands('devices:read')
    .route({
      method: 'POST',
      path: '/views',
      summary: 'Save a view',
      description:
        'Private without orgId; with it, it is shared in that organisation, which needs views:share.',
      successStatus: 201,
    })
    .input(
      z.object({
        ...content,
        columns: content.columns.default([]),
        sort: content.sort.default('hostname'),
        orgId: OrgId.nullable().default(null),
      }),
    )
    .output(SavedView),
  update: demands('devices:read')
    .route({
      method: 'PATCH',
      path: '/views/{viewId}',
      summary: 'Change, share or take back a view',
      description:
        'Needs If-Match. orgId shares a private view; null makes a shared one the private view of who asks. What concerns shared ones needs views:share.',
    })
    .input(
      z.object({
        viewId: ViewId,
        name: content.name.optional(),
        query: content.query.optional(),
        columns: content.columns.optional(),
        sort: content.sort.optional(),
        orgId: OrgId.nullable().optional(),
      }),
    )
    .output(SavedView),
  remove: demands('devices:read')
    .route({
      method: 'DELETE',
      path: '/views/{viewId}',
      summary: 'Remove a view',
      description: 'Needs If-Match. A shared one needs views:share.',
      successStatus: 204,
    })
    .input(z.object({ viewId: ViewId })),
};
