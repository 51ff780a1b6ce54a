import type { ErrorCode, Problem } from '@muster/contracts';

/** What a person is told of a failure. `code` is what the server said, or why there was no answer of its own. */
export type Failure = {
  readonly code: ErrorCode | 'unreachable' | 'unexpected';
  readonly text: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
};

/** Turns whatever a call threw into what can be shown. */
export function toFailure(error: unknown): Failure {
  const problem = problemIn(error);
  if (problem) {
    return { code: problem.code, text: problem.detail, params: problem.params, traceId: problem.trace_id };
  }
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof TypeError) {
    return {
      code: 'unreachable',
      text: 'The server does not answer. Is it running, and is this machine connected?',
      params: {},
      traceId: undefined,
    };
  }
  return { code: 'unexpected', text, params: {}, traceId: undefined };
}

/** True when the session is missing, ended or expired. */
export function isUnauthenticated(error: unknown): boolean {
  return toFailure(error).code === 'unauthenticated';
}

/** True where an address leads to nothing: there is no such thing, or what should be its id is none. */
export function isUnknown(error: unknown): boolean {
  const { code, params } = toFailure(error);
  if (code !== 'invalid_input') return code === 'not_found';
  const issues = Array.isArray(params.issues) ? (params.issues as readonly { path?: unknown }[]) : [];
  return issues.length > 0 && issues.every(({ path }) => typeof path === 'string' && path.endsWith('Id'));
}

function problemIn(error: unknown): Problem | undefined {
  if (typeof error !== 'object' || error === null || !('data' in error)) return undefined;
  const { data } = error;
  const body = typeof data === 'object' && data !== null && 'body' in data ? data.body : data;
  return isProblem(body) ? body : undefined;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}
