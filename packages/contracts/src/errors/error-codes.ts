import { z } from 'zod';

/** The closed set of error codes. Clients switch on these, never on text. HTTP status is derived in one place. */
export const ERROR_STATUS = {
  invalid_input: 400,
  unauthenticated: 401,
  /** A second factor is missing: `params.ticket` and `params.methods` say how to go on. */
  factor_required: 401,
  /** The proof of who one is is too old for what was asked: prove it again and repeat. */
  step_up_required: 401,
  /** A role demands a second factor that this person has not set up. */
  factor_setup_required: 403,
  /** A second person has to agree: `params.approvalId` names the request that waits. */
  approval_required: 403,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  device_offline: 409,
  precondition_required: 428,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  timeout: 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;
export const ErrorCode = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/** RFC 9457 problem document; `params` carries what the text was rendered from. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: ErrorCode,
  params: z.record(z.string(), z.unknown()),
  trace_id: z.string(),
});
export type Problem = z.infer<typeof Problem>;
