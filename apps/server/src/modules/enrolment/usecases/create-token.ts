import { type EnrolmentToken, type EnrolmentTokenId, MusterError, type SiteId } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { findSite, findToken, insertToken } from '../db/tokens.ts';
import { type ConsoleReach, installLines } from '../domain/install-lines.ts';
import { toToken } from '../domain/to-token.ts';
import { createTokenSecret } from '../domain/token-secret.ts';
import type { EnrolmentDeps } from '../enrolment-deps.ts';

export type CreateTokenInput = {
  readonly siteId?: SiteId | undefined;
  readonly description: string;
  readonly uses: number | null;
  readonly expiresInMs: number;
  readonly tags: Record<string, string>;
  readonly needsApproval: boolean;
  readonly address?: string | undefined;
};

export type CreatedToken = {
  readonly token: EnrolmentToken;
  readonly secret: string;
  readonly install: ReturnType<typeof installLines>;
};

/** Makes a token. Its secret is in the answer and nowhere else. */
export async function createToken(
  deps: Pick<EnrolmentDeps, 'database' | 'audit' | 'clock' | 'reach'>,
  actor: Actor,
  input: CreateTokenInput,
): Promise<CreatedToken> {
  const scope = requirePermission(actor, 'tokens:manage');
  const reach: ConsoleReach = deps.reach.console(input.address);
  const now = new Date(deps.clock.now());
  const { secret, handle, hash } = createTokenSecret();
  const token = await deps.database.transaction(scope, async (tx) => {
    const site = await getSite(tx, scope, input.siteId);
    const id = newId<EnrolmentTokenId>();
    await insertToken(tx, {
      id,
      orgId: site.orgId,
      siteId: site.id,
      handle,
      secretHash: hash,
      description: input.description,
      usesAllowed: input.uses,
      tags: input.tags,
      needsApproval: input.needsApproval,
      createdAt: now,
      expiresAt: new Date(now.getTime() + input.expiresInMs),
      createdBy: actor.kind === 'person' ? actor.userId : null,
    });
    const { description, uses, tags, needsApproval, expiresInMs } = input;
    await deps.audit.append(tx, {
      by: actor,
      orgId: site.orgId,
      action: 'token.created',
      target: { kind: 'enrolment_token', id, name: description || handle },
      after: { handle, siteId: site.id, uses, tags, needsApproval, expiresInMs },
    });
    const stored = await findToken(tx, scope, id);
    if (stored === undefined) throw new MusterError('internal', 'The token that was just made is not there.');
    return toToken(stored, now);
  });
  return { token, secret, install: installLines(reach, secret) };
}

async function getSite(tx: Tx, scope: Scope, siteId: SiteId | undefined) {
  const { sites } = await findSite(tx, scope, siteId);
  const [site, another] = sites;
  if (site === undefined) throw new MusterError('not_found', 'There is no such site.', { siteId });
  if (another !== undefined) {
    throw new MusterError('invalid_input', 'There are several sites: say which one, with siteId.', {
      field: 'siteId',
    });
  }
  return site;
}
