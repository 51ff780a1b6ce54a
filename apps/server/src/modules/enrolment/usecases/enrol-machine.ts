import { create } from '@bufbuild/protobuf';
import {
  type DeviceId,
  type EnrolmentTokenId,
  MusterError,
  type OrgId,
  type SiteId,
} from '@muster/contracts';
import {
  type EnrolRequest,
  type EnrolResponse,
  EnrolResponseSchema,
  type Facts,
  FactsSchema,
} from '@muster/contracts/wire';
import { verifyP256 } from '../../../platform/crypto/index.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type DeviceIdentity, deviceState } from '../../../platform/gateway/index.ts';
import type { Registration } from '../../devices/index.ts';
import type { TokenRow } from '../db/tables.ts';
import { findTokenByHandle, takeTokenUse } from '../db/tokens.ts';
import { demandProof, enrolBytes } from '../domain/enrol-proof.ts';
import { readTags } from '../domain/tags.ts';
import { isTokenSecret, readTokenHandle } from '../domain/token-secret.ts';
import { tokenRefusal, tokenState, unknownToken } from '../domain/token-state.ts';
import type { EnrolDeps } from '../enrolment-deps.ts';

/**
 * Exchanges a token for an identity (EN-1, EN-2), repairs the one that the machine has, or gives a clone one of its own.
 * Nothing in the request is believed but what the machine has signed for. `host` is what it called this server.
 */
export async function enrolMachine(
  deps: EnrolDeps,
  request: EnrolRequest,
  host: string,
): Promise<EnrolResponse> {
  demandProof(request);
  const own = await findOwnIdentity(deps, request);
  const registration = request.reidentify
    ? await registerClone(deps, request, own)
    : await registerByToken(deps, request, own);
  deps.events.committed();
  return answer(deps, request, registration, host);
}

/**
 * The identity whose key is still on the machine's disk, proven by that key; a wrong proof is as good as none. A machine
 * that was cut off while it changed its key has two: it asks with the new one, and the registry may know either. A key
 * that was replaced proves a copy, which may ask for an identity of its own and for nothing else.
 */
async function findOwnIdentity(deps: EnrolDeps, request: EnrolRequest): Promise<DeviceIdentity | undefined> {
  if (request.deviceId === '') return undefined;
  const identity = await deps.devices.admission.findIdentity(request.deviceId);
  if (identity === undefined) return undefined;
  if (Buffer.compare(identity.publicKey, request.publicKey) === 0) return identity; // `proof` has shown the key
  const keys = request.reidentify ? [identity.publicKey, identity.previousPublicKey] : [identity.publicKey];
  const isProven = keys.some((key) => key && verifyP256(key, enrolBytes(request), request.deviceProof));
  return isProven ? identity : undefined;
}

async function registerByToken(
  deps: EnrolDeps,
  request: EnrolRequest,
  own: DeviceIdentity | undefined,
): Promise<Registration> {
  const tags = readTags(request.tags);
  return deps.database.system('enrolment', async (tx) => {
    const token = await readToken(deps, tx, request, own);
    const registration = await deps.devices.register(tx, {
      by: 'token',
      tokenId: token.id as EnrolmentTokenId,
      orgId: token.orgId as OrgId,
      siteId: token.siteId as SiteId,
      tags: { ...tags, ...token.tags },
      needsApproval: token.needsApproval,
      ...(own?.orgId === token.orgId ? { existing: own.deviceId } : {}),
      ...machine(request),
    });
    // Last, because it locks the token's row until the commit: a fleet that enrols by one token would queue here. A
    // repair costs no use; what was to be repaired and is revoked by now has become a new device, and that does.
    if (!registration.repaired) await takeUse(deps, tx, token);
    return registration;
  });
}

/**
 * The token as it stands; throws what is wrong with it. A used-up one still repairs a machine that proves its identity: its
 * line is run again where something broke, be it only the way of the first answer.
 */
async function readToken(
  deps: EnrolDeps,
  tx: Tx,
  { token: secret, publicKey }: EnrolRequest,
  own: DeviceIdentity | undefined,
): Promise<TokenRow> {
  const handle = readTokenHandle(secret);
  const token = handle === undefined ? undefined : await findTokenByHandle(tx, handle);
  if (token === undefined || !isTokenSecret(token.secretHash, secret)) throw unknownToken();
  const state = tokenState(token, new Date(deps.clock.now()));
  if (state === 'active') return token;
  const isOwn = own?.orgId === token.orgId && isInUse(own);
  const isRepair =
    state === 'used_up' && (isOwn || (await deps.devices.knowsKey(tx, token.orgId as OrgId, publicKey)));
  if (isRepair) return token;
  throw tokenRefusal(state, token);
}

/** Takes one use of a token that was good a moment ago; where others were faster, nothing of this enrolment remains. */
async function takeUse(deps: EnrolDeps, tx: Tx, token: TokenRow): Promise<void> {
  const now = new Date(deps.clock.now());
  if (await takeTokenUse(tx, token.id, now)) return;
  const latest = await findTokenByHandle(tx, token.handle);
  const changed = latest && tokenState(latest, now);
  throw latest && changed && changed !== 'active' ? tokenRefusal(changed, latest) : unknownToken();
}

async function registerClone(
  deps: EnrolDeps,
  request: EnrolRequest,
  original: DeviceIdentity | undefined,
): Promise<Registration> {
  if (original === undefined || !isInUse(original) || original.lifecycle === 'pending') {
    throw new MusterError(
      'forbidden',
      'Only a copy of a device that is in use can ask for an identity of its own. Approve that device, or enrol this machine with a new token.',
    );
  }
  deps.demandCloneRate(original.deviceId);
  return deps.database.system('enrolment', (tx) =>
    deps.devices.register(tx, { by: 'clone', cloneOf: original.deviceId, ...machine(request) }),
  );
}

/** A revoked or retired identity repairs nothing and vouches for nobody; one that nobody approved vouches for nobody. */
function isInUse({ lifecycle }: DeviceIdentity): boolean {
  return lifecycle !== 'revoked' && lifecycle !== 'retired';
}

function machine(request: EnrolRequest): { publicKey: Uint8Array; facts: Facts; agentVersion: string } {
  const { publicKey, agentVersion } = request;
  return { publicKey: new Uint8Array(publicKey), facts: request.facts ?? create(FactsSchema), agentVersion };
}

async function answer(
  { trust, reach, clock }: EnrolDeps,
  request: EnrolRequest,
  registration: Registration,
  host: string,
): Promise<EnrolResponse> {
  const deviceId: DeviceId = registration.deviceId;
  return create(EnrolResponseSchema, {
    deviceId,
    installationId: trust.installationId,
    deviceCertificate: await trust.issueDeviceCertificate(deviceId, request.publicKey),
    serverCa: trust.serverCa,
    rootPublicKey: trust.rootPublicKey,
    keys: [...trust.keys],
    gateways: reach.gateways(host),
    deviceToken: registration.token,
    serverTimeMs: BigInt(clock.now()),
    state: deviceState(registration.lifecycle),
    repaired: registration.repaired,
    serverName: await reach.serverName(),
  });
}
