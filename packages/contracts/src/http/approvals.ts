import { z } from 'zod';
import { ApprovalId, DeviceId, UserId } from '../ids/index.ts';
import { demands, open } from './base.ts';
import { Instant, PageInput, page } from './shapes.ts';

/**
 * A request that waits for a second person. pending: nobody has decided; approved: its person may send it once more,
 * exactly as it was; then it is used. denied, withdrawn and expired are ends.
 */
export const ApprovalState = z.enum(['pending', 'approved', 'used', 'denied', 'withdrawn', 'expired']);
export type ApprovalState = z.infer<typeof ApprovalState>;

const PersonName = z.object({ id: UserId, name: z.string() });

export const Approval = z.object({
  id: ApprovalId,
  state: ApprovalState,
  requestedBy: PersonName,
  /** Name of the API key that asked for the person. */
  key: z.string().nullable(),
  permission: z.string(),
  /** Exactly what will be done: send this once more when it is approved. */
  request: z.object({ endpoint: z.string(), method: z.string(), path: z.string(), input: z.unknown() }),
  devices: z.array(z.object({ id: DeviceId, name: z.string() })),
  createdAt: Instant,
  expiresAt: Instant,
  decidedBy: PersonName.nullable(),
  decidedAt: Instant.nullable(),
  reason: z.string(),
  usedAt: Instant.nullable(),
  /** Whether the one who asks may decide it. */
  decidable: z.boolean(),
});
export type Approval = z.infer<typeof Approval>;

const one = z.object({ approvalId: ApprovalId });
const decision = one.extend({ reason: z.string().trim().max(500).default('') });

export const approvals = {
  list: open(
    'authenticated',
    'Everybody sees what they asked for themselves; deciders see what they may decide.',
  )
    .route({
      method: 'GET',
      path: '/approvals',
      summary: 'List requests that wait, or waited, for a second person',
    })
    .input(PageInput.extend({ state: ApprovalState.optional() }))
    .output(page(Approval)),
  get: open(
    'authenticated',
    'Everybody sees what they asked for themselves; deciders see what they may decide.',
  )
    .route({
      method: 'GET',
      path: '/approvals/{approvalId}',
      summary: 'One request with exactly what would be done',
    })
    .input(one)
    .output(Approval),
  approve: demands('approvals:decide')
    .route({
      method: 'POST',
      path: '/approvals/{approvalId}/approve',
      summary: 'Let a request be done, once and as it is',
      description: 'Nobody approves what they asked for themselves, with whichever key.',
    })
    .input(decision)
    .output(Approval),
  deny: demands('approvals:decide')
    .route({ method: 'POST', path: '/approvals/{approvalId}/deny', summary: 'Refuse a request' })
    .input(decision)
    .output(Approval),
  withdraw: open('authenticated', 'Everybody may take back what they asked for.')
    .route({
      method: 'POST',
      path: '/approvals/{approvalId}/withdraw',
      summary: 'Take a request of one’s own back',
    })
    .input(one)
    .output(Approval),
};
