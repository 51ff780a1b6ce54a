import { timingSafeEqual } from 'node:crypto';
import { invalidInput, MusterError, SetupInput } from '@muster/contracts';
import type { z } from 'zod';
import {
  demandStorable,
  nothingAt,
  type RawContext,
  type RawRoute,
  sessionCookie,
} from '../../platform/http/index.ts';
import { hasUsers } from './db/users.ts';
import type { IdentityDeps } from './identity-deps.ts';
import { hashSecret, newSecret } from './session-token.ts';
import { createFirstAdministrator } from './usecases/create-first-administrator.ts';
import { startSession } from './usecases/start-session.ts';

/** First run: whoever holds the token from the server's own console makes the first administrator. */
export interface SetUp {
  /** The one-time token, made at the first call; undefined once somebody exists. */
  token(): Promise<string | undefined>;
  readonly route: RawRoute;
}

/** The token lives in memory only: a restart prints a new one. `takeRootKey` gives the root key, once. */
export function createSetUp(deps: IdentityDeps, takeRootKey: () => Promise<string | undefined>): SetUp {
  let token: string | undefined;
  let isOver = false;
  const isOpen = async () => {
    isOver ||= await deps.database.system('set-up', hasUsers);
    return !isOver;
  };
  const complete = async (request: Request, context: RawContext): Promise<Response> => {
    if (!(await isOpen())) throw nothingAt(request);
    const input = await readInput(request, context, deps);
    if (!token || !timingSafeEqual(hashSecret(input.token), hashSecret(token))) {
      deps.throttles.address.failed(context.address, deps.clock.monotonic());
      deps.audit.denied({
        by: { kind: 'anonymous', id: null, name: null, via: null },
        orgId: null,
        action: 'access.denied',
        target: { kind: 'endpoint', id: 'POST /api/v1/setup', name: null },
        address: context.address,
        code: 'forbidden',
      });
      throw new MusterError(
        'forbidden',
        'The set-up token is wrong; the right one is printed where the server was started.',
      );
    }
    const visitor = { address: context.address, userAgent: request.headers.get('user-agent') ?? '' };
    const at = new Date(deps.clock.now());
    const started = await createFirstAdministrator(deps, input, {
      address: context.address,
      andThen: (tx, user) => startSession(tx, user, { ...visitor, at, methods: ['password'] }),
    });
    if (!started) throw nothingAt(request);
    const { sessionId: _, ...session } = started;
    isOver = true;
    token = undefined;
    const answer = {
      ...session,
      expiresAt: session.expiresAt.toISOString(),
      rootKey: (await takeRootKey()) ?? null,
    };
    return Response.json(answer, {
      status: 201,
      headers: {
        'cache-control': 'no-store',
        'set-cookie': sessionCookie(session.token, session.expiresAt, context.secure),
      },
    });
  };
  return {
    token: async () => {
      if (!(await isOpen())) return undefined;
      token ??= newSecret('setup');
      return token;
    },
    route: {
      method: 'POST',
      path: '/api/v1/setup',
      access: { open: 'public', reason: 'Nobody exists yet; the one-time token stands for the operator.' },
      handle: complete,
    },
  };
}

async function readInput(
  request: Request,
  context: RawContext,
  { throttles, clock }: IdentityDeps,
): Promise<z.infer<typeof SetupInput>> {
  const retryAfterMs = throttles.address.waitMs(context.address, clock.monotonic());
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many wrong tokens; try again later.', { retryAfterMs });
  const body: unknown = await request.json().catch(() => undefined);
  demandStorable(body);
  const parsed = SetupInput.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues);
}
