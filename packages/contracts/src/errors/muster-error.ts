import type { ErrorCode } from './error-codes.ts';

/**
 * The one error that use cases throw. `message` says what happened, to what, and what to do; `params` are safe to show;
 * `cause` is for the log only.
 */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly params: Record<string, unknown>;
  constructor(code: ErrorCode, message: string, params: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MusterError';
    this.code = code;
    this.params = params;
  }
}
