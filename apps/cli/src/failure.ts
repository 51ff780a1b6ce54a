import { type ErrorCode, Problem } from '@muster/contracts';

/** Exit codes, the same for every command. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  signedOut: 3,
  forbidden: 4,
  notFound: 5,
  conflict: 6,
  unreachable: 7,
  commandFailed: 8,
} as const;

/** What each exit code means, for help and reference. */
export const EXIT_CODES: readonly (readonly [code: number, means: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'failed'],
  [EXIT.usage, 'wrong input'],
  [EXIT.signedOut, 'not signed in, or no fresh proof'],
  [EXIT.forbidden, 'not allowed, or not without a second person'],
  [EXIT.notFound, 'not found'],
  [EXIT.conflict, 'not possible as things are'],
  [EXIT.unreachable, 'no answer'],
  [EXIT.commandFailed, 'the device did not do it'],
];

const EXIT_OF_CODE: Partial<Record<ErrorCode, number>> = {
  invalid_input: EXIT.usage,
  unauthenticated: EXIT.signedOut,
  factor_required: EXIT.signedOut,
  step_up_required: EXIT.signedOut,
  factor_setup_required: EXIT.forbidden,
  approval_required: EXIT.forbidden,
  forbidden: EXIT.forbidden,
  not_found: EXIT.notFound,
  gone: EXIT.notFound,
  conflict: EXIT.conflict,
  precondition_failed: EXIT.conflict,
  precondition_required: EXIT.conflict,
  device_offline: EXIT.conflict,
  unavailable: EXIT.unreachable,
  timeout: EXIT.unreachable,
};

/** What went wrong, in a sentence that says what to do, with the exit code that scripts switch on. */
export class Failure extends Error {
  readonly exitCode: number;
  readonly problem: Problem | undefined;
  constructor(exitCode: number, message: string, problem?: Problem) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.problem = problem;
  }
}

/** Turns whatever was thrown into a Failure: a problem document from the server, a connection that failed, a bug. */
export function toFailure(error: unknown, server: string | undefined): Failure {
  if (error instanceof Failure) return error;
  const problem = problemIn(error);
  if (problem) {
    return new Failure(EXIT_OF_CODE[problem.code] ?? EXIT.failed, inWordsOfTheTerminal(problem), problem);
  }
  const text = error instanceof Error ? error.message : String(error);
  if (/self.signed|certificate|unable to verify/i.test(text)) {
    return new Failure(
      EXIT.unreachable,
      `${server} shows a certificate that this machine does not know. Give it with \`muster login --server-cert FILE\`.`,
    );
  }
  if (
    /ConnectionRefused|Unable to connect|ECONNREFUSED|ENOTFOUND|EPROTO|fetch failed|socket|timed out/i.test(
      text,
    )
  ) {
    return new Failure(
      EXIT.unreachable,
      `${server ?? 'The server'} does not answer. Is it running, and is the address right? (${text})`,
    );
  }
  return new Failure(EXIT.failed, text);
}

/** What the API calls a field is an option here; what the API leaves to its client has a command here. */
function inWordsOfTheTerminal({ code, detail, params }: Problem): string {
  if (code === 'approval_required')
    return `${detail} \`muster approvals show ${params.approvalId}\` shows what waits.`;
  if (code === 'step_up_required')
    return `${detail} Without a terminal to ask at, \`muster login\` proves it, and an API key needs no proof.`;
  return detail.replace(/\b(orgId|siteId)\b/g, (field) => (field === 'orgId' ? '--org' : '--site'));
}

/** The problem document in what a call failed with, if it is one. */
export function problemIn(error: unknown): Problem | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const data = 'data' in error ? error.data : undefined;
  const body = typeof data === 'object' && data !== null && 'body' in data ? data.body : undefined;
  for (const candidate of [body, data, error]) {
    const parsed = Problem.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}
