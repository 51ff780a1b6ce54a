import {
  type DeviceId,
  type EnrolmentTokenId,
  type Lifecycle,
  MusterError,
  type OrgId,
  type SiteId,
} from '@muster/contracts';
import type { Facts } from '@muster/contracts/wire';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { lockFacts, writeFacts } from '../db/facts-rows.ts';
import {
  findOriginal,
  insertDevice,
  lockRegistered,
  type NewDevice,
  type RegisteredDevice,
  writeKey,
  writeRepair,
} from '../db/registry-rows.ts';
import {
  changedFacts,
  cleanWords,
  type DeviceFacts,
  MAX_AGENT_VERSION,
  readFacts,
} from '../domain/device-facts.ts';
import { createDeviceToken, hashDeviceToken } from '../domain/device-token.ts';
import { changeOf, type FieldChanges } from '../domain/field-changes.ts';
import { hasEnded } from '../domain/lifecycle.ts';
import { announceUpdate } from './announce-update.ts';

/** What both ways to an identity bring: proof was checked by whoever calls. */
type Machine = { readonly publicKey: Uint8Array; readonly facts: Facts; readonly agentVersion: string };

export type RegisterInput = Machine &
  (
    | {
        /** By an enrolment token. */
        readonly by: 'token';
        readonly tokenId: EnrolmentTokenId;
        readonly orgId: OrgId;
        readonly siteId: SiteId;
        readonly tags: Readonly<Record<string, string>>;
        readonly needsApproval: boolean;
        /** The identity whose key is still on the disk, proven by that key. */
        readonly existing?: DeviceId;
      }
    | {
        /** By the key of the device that its disk was copied from: always ends as pending. */
        readonly by: 'clone';
        readonly cloneOf: DeviceId;
      }
  );

export type RegisterDeps = { readonly events: EventPort; readonly audit: AuditPort };

export type Registration = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly lifecycle: Lifecycle;
  /** Shown to the device once; only its hash is kept. */
  readonly token: string;
  /** An identity that existed was kept. */
  readonly repaired: boolean;
};

/**
 * Gives a machine its identity, in the caller's transaction: a new device, the one it already had (running the installer
 * again repairs), or a pending one for a copy. Throws `forbidden` for a revoked key.
 */
export async function registerDevice(
  deps: RegisterDeps,
  tx: Tx,
  asked: RegisterInput,
): Promise<Registration> {
  const facts = readFacts(asked.facts);
  const input = { ...asked, agentVersion: cleanWords(asked.agentVersion, MAX_AGENT_VERSION) };
  if (input.by === 'clone') {
    const original = await findOriginal(tx, input.cloneOf);
    if (!original)
      throw new MusterError('not_found', 'The device that this one was copied from does not exist.');
    const { orgId, siteId, tags } = original;
    return create(deps, tx, { ...input, orgId, siteId, tags, tokenId: null, lifecycle: 'pending', facts });
  }
  const known = await findRepairable(tx, input);
  if (known) return repair(deps, tx, { ...input, known, facts });
  const lifecycle = input.needsApproval ? 'pending' : 'active';
  return create(deps, tx, { ...input, cloneOf: null, lifecycle, facts });
}

/** Whether the key is that of a device in use; its row stays locked until the transaction ends. */
export async function knowsKey(tx: Tx, orgId: OrgId, publicKey: Uint8Array): Promise<boolean> {
  const known = await lockRegistered(tx, orgId, { publicKey });
  return known !== undefined && !hasEnded(known.lifecycle);
}

async function findRepairable(
  tx: Tx,
  input: Extract<RegisterInput, { by: 'token' }>,
): Promise<RegisteredDevice | undefined> {
  const own = await lockRegistered(tx, input.orgId, { publicKey: input.publicKey });
  if (own && hasEnded(own.lifecycle)) {
    throw new MusterError(
      'forbidden',
      `The key of this machine belongs to a device that is ${own.lifecycle}. Uninstall the agent, then install it again.`,
      { deviceId: own.deviceId, lifecycle: own.lifecycle },
    );
  }
  const named = input.existing ? await lockRegistered(tx, input.orgId, { id: input.existing }) : undefined;
  return named && !hasEnded(named.lifecycle) ? named : own;
}

type Creation = Omit<Machine, 'facts'> & {
  readonly facts: DeviceFacts;
  readonly orgId: OrgId;
  readonly siteId: SiteId;
  readonly tags: Readonly<Record<string, string>>;
  readonly tokenId: EnrolmentTokenId | null;
  readonly cloneOf: DeviceId | null;
  readonly lifecycle: 'pending' | 'active';
};

async function create(deps: RegisterDeps, tx: Tx, input: Creation): Promise<Registration> {
  const device: NewDevice = { ...input, deviceId: newId<DeviceId>() };
  const deviceNo = await insertDevice(tx, device);
  const token = createDeviceToken();
  await writeKey(tx, device, input.publicKey, hashDeviceToken(token));
  const { orgId, lifecycle, tokenId, cloneOf, facts } = input;
  await deps.events.append(tx, {
    type: 'device.enrolled',
    orgId,
    subjectId: device.deviceId,
    payload: { hostname: facts.hostname, os: facts.os, lifecycle, tokenId, cloneOf },
  });
  const after = { lifecycle, siteId: input.siteId, cloneOf };
  const { deviceId } = device;
  await auditEnrolment(deps, tx, { deviceId, orgId, tokenId, hostname: facts.hostname, after });
  return { deviceId, deviceNo, orgId, lifecycle, token, repaired: false };
}

type Enrolled = {
  readonly deviceId: DeviceId;
  readonly orgId: OrgId;
  readonly tokenId: EnrolmentTokenId | null;
  readonly hostname: string;
  readonly after: Record<string, unknown>;
};

/** The machine did it itself, on behalf of whoever made its token. */
function auditEnrolment({ audit }: RegisterDeps, tx: Tx, enrolled: Enrolled): Promise<void> {
  const { deviceId, orgId, tokenId, hostname, after } = enrolled;
  const via = tokenId === null ? null : { kind: 'token', id: tokenId };
  return audit.append(tx, {
    by: { kind: 'device', id: deviceId, name: hostname, via },
    orgId,
    action: 'device.enrolled',
    target: { kind: 'device', id: deviceId, name: hostname },
    after,
  });
}

type Repairing = { readonly known: RegisteredDevice; readonly facts: DeviceFacts };

async function repair(
  deps: RegisterDeps,
  tx: Tx,
  input: Omit<Extract<RegisterInput, { by: 'token' }>, 'facts'> & Repairing,
): Promise<Registration> {
  const { known, facts, agentVersion } = input;
  const stored = await lockFacts(tx, known.deviceId);
  const tags = { ...known.tags, ...input.tags };
  const changes: FieldChanges = {
    ...(stored ? changeOf(stored.facts, facts, changedFacts(stored.facts, facts)) : {}),
    ...changeOf(known, { agentVersion, tags }, ['agentVersion', 'tags']),
  };
  await writeFacts(tx, known.deviceId, { facts, displayName: stored?.displayName ?? null });
  await writeRepair(tx, known.deviceId, { agentVersion, tags });
  const token = createDeviceToken();
  await writeKey(tx, known, input.publicKey, hashDeviceToken(token));
  await announceUpdate(deps.events, tx, known, changes);
  const enrolled = { deviceId: known.deviceId, orgId: known.orgId, tokenId: input.tokenId };
  await auditEnrolment(deps, tx, { ...enrolled, hostname: facts.hostname, after: { repaired: true } });
  const { deviceId, deviceNo, orgId, lifecycle } = known;
  return { deviceId, deviceNo, orgId, lifecycle, token, repaired: true };
}
