import { Code, ConnectError } from '@connectrpc/connect';
import { type ErrorCode, MusterError } from '@muster/contracts';

const CODES: Readonly<Record<ErrorCode, Code>> = {
  invalid_input: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  factor_required: Code.Unauthenticated,
  step_up_required: Code.Unauthenticated,
  factor_setup_required: Code.PermissionDenied,
  approval_required: Code.FailedPrecondition,
  forbidden: Code.PermissionDenied,
  not_found: Code.NotFound,
  gone: Code.NotFound,
  conflict: Code.AlreadyExists,
  precondition_failed: Code.FailedPrecondition,
  precondition_required: Code.FailedPrecondition,
  too_large: Code.ResourceExhausted,
  device_offline: Code.FailedPrecondition,
  rate_limited: Code.ResourceExhausted,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
  timeout: Code.DeadlineExceeded,
};

/** Our error codes in Connect's words; anything unforeseen is `internal` and tells the client nothing more. */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof MusterError && error.code !== 'internal')
    return new ConnectError(error.message, CODES[error.code], undefined, undefined, error);
  return new ConnectError(
    'Something went wrong on the server; its log has the cause.',
    Code.Internal,
    undefined,
    undefined,
    error,
  );
}
