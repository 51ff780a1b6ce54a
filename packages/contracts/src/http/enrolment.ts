import { z } from 'zod';
import { EnrolmentTokenId, OrgId, SiteId } from '../ids/index.ts';
import { demands } from './base.ts';
import { TagKey, TagValue } from './devices.ts';
import { Instant, PageInput, page } from './shapes.ts';

export const EnrolmentToken = z.object({
  id: EnrolmentTokenId,
  orgId: OrgId,
  siteId: SiteId,
  siteName: z.string(),
  description: z.string(),
  /** Null means any number until it expires. */
  usesAllowed: z.number().int().nullable(),
  uses: z.number().int(),
  tags: z.record(z.string(), z.string()),
  needsApproval: z.boolean(),
  state: z.enum(['active', 'used_up', 'expired', 'revoked']),
  expiresAt: Instant,
  createdAt: Instant,
  createdBy: z.string().nullable(),
});
export type EnrolmentToken = z.infer<typeof EnrolmentToken>;

/** One-line installers for each system, ready to paste; the token travels in the environment, never in a URL. */
export const InstallLine = z.object({
  system: z.enum(['linux', 'windows', 'darwin']),
  shell: z.enum(['sh', 'powershell']),
  line: z.string(),
});

export const tokens = {
  list: demands('tokens:read')
    .route({ method: 'GET', path: '/enrolment-tokens', summary: 'List enrolment tokens' })
    .input(PageInput)
    .output(page(EnrolmentToken)),
  create: demands('tokens:manage')
    .route({
      method: 'POST',
      path: '/enrolment-tokens',
      summary: 'Create an enrolment token',
      description: 'The secret is shown once.',
      successStatus: 201,
    })
    .input(
      z.object({
        siteId: SiteId.optional(),
        description: z.string().max(200).default(''),
        uses: z.number().int().min(1).max(100_000).nullable().default(1),
        expiresInMs: z
          .number()
          .int()
          .min(60_000)
          .max(365 * 86_400_000)
          .default(24 * 3_600_000),
        tags: z.record(TagKey, TagValue).default({}),
        needsApproval: z.boolean().default(false),
        /** Address the new machine will dial; one of the addresses this server listens on. */
        address: z.string().max(255).optional(),
      }),
    )
    .output(z.object({ token: EnrolmentToken, secret: z.string(), install: z.array(InstallLine) })),
  revoke: demands('tokens:manage')
    .route({ method: 'DELETE', path: '/enrolment-tokens/{tokenId}', summary: 'Revoke an enrolment token' })
    .input(z.object({ tokenId: EnrolmentTokenId }))
    .output(EnrolmentToken),
};
