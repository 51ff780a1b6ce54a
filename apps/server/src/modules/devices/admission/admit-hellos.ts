import { create } from '@bufbuild/protobuf';
import type { DeviceId } from '@muster/contracts';
import { type HelloBody, RejectedSchema } from '@muster/contracts/wire';
import type { NewEvent } from '../../../platform/bus/event-port.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { Admission, DeviceIdentity, DeviceLink, DeviceRhythm } from '../../../platform/gateway/ports.ts';
import { changeOf, updatedPayload } from '../domain/field-changes.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import {
  type AdmissionRow,
  lockAdmissions,
  takeConnectionEpochs,
  writeAdmissionKeys,
  writeAgents,
} from './admission-rows.ts';
import { decideHello, type HelloOutcome } from './decide-hello.ts';
import { fingerprint } from './rotate-key.ts';

/** A hello whose signature held. */
export type ProvenHello = {
  readonly identity: DeviceIdentity;
  readonly body: HelloBody;
  readonly address: string;
};

type Rows = ReadonlyMap<DeviceId, AdmissionRow>;
type Outcomes = readonly (HelloOutcome | undefined)[];

/** Admits or refuses each of the hellos, in one transaction and in their order. */
export async function admitHellos(deps: AdmissionDeps, hellos: readonly ProvenHello[]): Promise<Admission[]> {
  const { outcomes, epochs } = await deps.database.system('admission', async (tx) => {
    const before = await lockAdmissions(tx, [...new Set(hellos.map(({ identity }) => identity.deviceId))]);
    const decided = decideInTurn(deps, before, hellos);
    await store(tx, before, decided);
    const news = [...updates(before, decided), ...mismatches(hellos, decided)];
    if (news.length > 0) await deps.events.appendMany(tx, news);
    const admitted = decided.filter((outcome) => outcome?.admitted).length;
    return { outcomes: decided, epochs: admitted > 0 ? await takeConnectionEpochs(tx, admitted) : [] };
  });
  deps.events.committed();
  return outcomes.map((outcome) => {
    if (!outcome)
      return rejected('unknown_device', 'This server does not know the device. Enrol it again.', 0);
    if (!outcome.admitted) {
      return rejected(outcome.refusal.code, outcome.refusal.message, outcome.refusal.retryAfterMs);
    }
    return admission(deps, outcome, epochs.shift() ?? 0n);
  });
}

/** Two hellos of one device in a batch are decided one after the other, as if each had come alone. */
function decideInTurn(deps: AdmissionDeps, before: Rows, hellos: readonly ProvenHello[]): Outcomes {
  const rows = new Map(before);
  const now = new Date(deps.clock.now());
  return hellos.map(({ identity, body }) => {
    const row = rows.get(identity.deviceId);
    if (!row) return undefined;
    const outcome = isSameKey(row, identity)
      ? decideHello(row, body, deps.installationId, now)
      : KEY_REPLACED;
    if (outcome.admitted) rows.set(identity.deviceId, outcome.row);
    return outcome;
  });
}

/** Its signature was judged by a key that the device has had replaced since: whoever it is says hello again. */
const KEY_REPLACED: HelloOutcome = {
  admitted: false,
  refusal: {
    admit: false,
    code: 'busy',
    message: 'The key of this device was replaced just now. Trying again at once.',
    retryAfterMs: 100,
  },
};

function isSameKey(row: AdmissionRow, identity: DeviceIdentity): boolean {
  return Buffer.compare(row.publicKey, identity.publicKey) === 0;
}

async function store(tx: Tx, before: Rows, outcomes: Outcomes): Promise<void> {
  const after = lastRows(outcomes);
  const keys = after.filter((row) => {
    const old = before.get(row.deviceId);
    return row.boots !== old?.boots || row.token !== old.token;
  });
  const agents = after.filter((row) => agentPayload(before, row) !== undefined);
  if (keys.length > 0) await writeAdmissionKeys(tx, keys);
  if (agents.length > 0) await writeAgents(tx, agents);
}

function lastRows(outcomes: Outcomes): AdmissionRow[] {
  const rows = new Map<DeviceId, AdmissionRow>();
  for (const outcome of outcomes) if (outcome?.admitted) rows.set(outcome.row.deviceId, outcome.row);
  return [...rows.values()];
}

function agentPayload(before: Rows, after: AdmissionRow) {
  const old = before.get(after.deviceId);
  return old && updatedPayload(changeOf(old, after, ['agentVersion', 'policyLevel']));
}

function updates(before: Rows, outcomes: Outcomes): NewEvent[] {
  return lastRows(outcomes).flatMap((row): NewEvent[] => {
    const payload = agentPayload(before, row);
    return payload ? [{ type: 'device.updated', orgId: row.orgId, subjectId: row.deviceId, payload }] : [];
  });
}

function mismatches(hellos: readonly ProvenHello[], outcomes: Outcomes): NewEvent[] {
  return outcomes.flatMap((outcome, at): NewEvent[] => {
    if (!outcome?.admitted || outcome.tokenVerdict !== 'wrong') return [];
    const { orgId, deviceId, hostname } = outcome.row;
    const payload = { hostname, address: hellos[at]?.address ?? '' };
    return [{ type: 'device.token_mismatch', orgId, subjectId: deviceId, payload }];
  });
}

function admission(
  deps: AdmissionDeps,
  outcome: Extract<HelloOutcome, { admitted: true }>,
  connectionEpoch: bigint,
): Admission {
  const { deviceId, deviceNo, orgId, lifecycle, publicKey, policy } = outcome.row;
  const settings = deps.settings(policy);
  const rhythm: DeviceRhythm = {
    offlineLimitMs: policy?.offlineLimit === undefined ? undefined : policy.offlineLimit * 1_000,
    beaconIntervalMs: settings.beaconIntervalS * 1_000,
  };
  const keyFingerprint = fingerprint(publicKey);
  const link: DeviceLink = { deviceId, deviceNo, orgId, lifecycle, connectionEpoch, rhythm, keyFingerprint };
  return {
    admitted: true,
    link,
    newToken: outcome.newToken,
    rotateTokenAt: outcome.rotateTokenAt,
    settings,
    keys: deps.statements(),
    wantFacts: outcome.isNewBoot,
  };
}

function rejected(code: string, message: string, retryAfterMs: number): Admission {
  return { admitted: false, rejected: create(RejectedSchema, { code, message, retryAfterMs }) };
}
