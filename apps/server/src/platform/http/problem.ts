import { ERROR_STATUS, type ErrorCode, invalidInput, MusterError, type Problem } from '@muster/contracts';
import { ORPCError, ValidationError } from '@orpc/server';

/** The codes that oRPC itself may throw, as ours. */
const ORPC_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'invalid_input',
  UNAUTHORIZED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  PAYLOAD_TOO_LARGE: 'too_large',
  UNPROCESSABLE_CONTENT: 'invalid_input',
  METHOD_NOT_SUPPORTED: 'not_found',
};

/** Whatever was thrown, as the one error that clients know. Faults of ours become `internal` and tell nothing more. */
export function toMusterError(error: unknown): MusterError {
  if (error instanceof MusterError) return error;
  if (error instanceof ORPCError) {
    if (error.cause instanceof MusterError) return error.cause;
    const code = ORPC_CODES[String(error.code)];
    if (error.cause instanceof ValidationError) return invalidInput(error.cause.issues, error);
    if (code) return new MusterError(code, error.message, {}, error);
  }
  return new MusterError(
    'internal',
    'The server had a fault of its own; its log has the details under this trace id.',
    {},
    error,
  );
}

/** The refusal for whatever does not exist; routes that have gone throw it too, so that they cannot be told apart. */
export function nothingAt(request: Request): MusterError {
  return new MusterError(
    'not_found',
    `There is nothing at ${request.method} ${new URL(request.url).pathname}.`,
  );
}

/** RFC 9457; the one place where a code becomes an HTTP status. */
export function problemResponse(error: MusterError, traceId: string): Response {
  const status = ERROR_STATUS[error.code];
  const problem: Problem = {
    type: `https://muster.invalid/problems/${error.code.replaceAll('_', '-')}`,
    title: TITLES[error.code],
    status,
    detail: error.message,
    code: error.code,
    params: error.params,
    trace_id: traceId,
  };
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (error.code === 'unauthenticated') headers.set('www-authenticate', 'Bearer realm="muster"');
  const retryAfterMs = error.params.retryAfterMs;
  if (typeof retryAfterMs === 'number') headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return new Response(JSON.stringify(problem), { status, headers });
}

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_input: 'The request is not valid',
  unauthenticated: 'Sign in first',
  factor_required: 'A second factor is needed',
  step_up_required: 'Prove again who you are',
  factor_setup_required: 'Set up a second factor first',
  approval_required: 'A second person has to agree',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'Conflicts with the present state',
  gone: 'No longer there',
  precondition_failed: 'Changed in the meantime',
  too_large: 'Too large',
  device_offline: 'The device is offline',
  precondition_required: 'A precondition is missing',
  rate_limited: 'Too many requests',
  internal: 'A fault of the server',
  unavailable: 'Not available at the moment',
  timeout: 'Took too long',
};
