import { ENROL_PATH } from '@muster/contracts/wire';
import { readStatements } from '../commands/statements.ts';
import type { AgentSettings } from '../config/settings.ts';
import { AGENT_VERSION } from '../config/version.ts';
import { createDeviceKey, type DeviceKey, readDeviceKey, writeDeviceKey } from '../identity/device-key.ts';
import {
  certifies,
  createNextKey,
  forgetOtherKeys,
  readNextKey,
  settleDeviceKey,
} from '../identity/device-keys.ts';
import { IdentityStore, identityFrom } from '../identity/identity.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import type { System } from '../os/os.ts';
import { type Draft, decode, encode } from '../wire/codec.ts';
import { DeviceState, EnrolRequest, EnrolResponse } from '../wire/messages.gen.ts';
import { consoleAddress, consoleTls } from './console-tls.ts';

const TIMEOUT_MS = 30_000;

export type EnrolDeps = {
  readonly system: System;
  readonly folder: StateFolder;
  readonly settings: AgentSettings;
};

export type Enrolled = {
  readonly identity: IdentityStore;
  /** The machine kept the identity that it had. */
  readonly repaired: boolean;
  /** Somebody has to approve it before it is of use. */
  readonly pending: boolean;
};

/** The server said no; its own words, for the person at the endpoint. */
class EnrolmentRefused extends Error {
  override name = 'EnrolmentRefused';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * EN-1, EN-2: exchanges a token for an identity of this machine's own. With an identity already on disk the same device
 * is repaired.
 */
export async function enrol(deps: EnrolDeps, token: string, tags: readonly string[]): Promise<Enrolled> {
  const existing = IdentityStore.read(deps.folder)?.current;
  const present = await readDeviceKey(deps.folder);
  // a change of keys that was cut off ends here: the server may know either
  const key = (await readNextKey(deps.folder)) ?? present ?? (await createDeviceKey());
  // before the server hears of it: an answer that gets lost can be asked for again with the same key
  if (!present) writeDeviceKey(deps.folder, key);
  const parts = [new Bun.CryptoHasher('sha256').update(token).digest(), key.publicKey] as const;
  const proof = await key.sign('enrol', ...parts);
  const request = { token, publicKey: key.publicKey, proof, tags };
  return finish(
    deps,
    key,
    existing && present
      ? { ...request, deviceId: existing.deviceId, deviceProof: await present.sign('enrol', ...parts) }
      : request,
  );
}

/**
 * EN-1: this disk was cloned, and an older copy has been overtaken: takes a new key and asks for an identity of its own,
 * authorised by the old key. A person has to approve it.
 */
export async function reidentify(deps: EnrolDeps): Promise<Enrolled> {
  const existing = IdentityStore.read(deps.folder)?.current;
  const oldKey = await readDeviceKey(deps.folder);
  if (!existing || !oldKey) throw new Error('there is no identity to start from: enrol with a token');
  const key = await createNextKey(deps.folder);
  const parts = [new Bun.CryptoHasher('sha256').update('').digest(), key.publicKey] as const;
  return finish(deps, key, {
    publicKey: key.publicKey,
    proof: await key.sign('enrol', ...parts),
    deviceId: existing.deviceId,
    deviceProof: await oldKey.sign('enrol', ...parts),
    reidentify: true,
  });
}

async function finish(deps: EnrolDeps, key: DeviceKey, request: Draft<EnrolRequest>): Promise<Enrolled> {
  const facts = { ...(await deps.system.facts()), agentVersion: AGENT_VERSION };
  const response = await post(deps.settings, { ...request, facts, agentVersion: AGENT_VERSION });
  const identity = identityFrom(response, Date.now());
  await readStatements(identity); // throws when the server's own statements do not hold
  const before = IdentityStore.read(deps.folder)?.current;
  if (before && before.deviceId !== identity.deviceId) {
    // another device from now on: its commands count from the start, and the minutes were the other one's
    deps.folder.remove('commands.journal');
    deps.folder.remove('minutes.journal');
  }
  const isSameKey =
    before?.deviceId === identity.deviceId && certifies(before.deviceCertificate, key.publicKey);
  const store = IdentityStore.write(deps.folder, {
    ...identity,
    ...(isSameKey && before.keyMadeAtMs ? { keyMadeAtMs: before.keyMadeAtMs } : {}),
  });
  await settleDeviceKey(deps.folder, identity.deviceCertificate);
  forgetOtherKeys(deps.folder);
  return {
    identity: store,
    repaired: response.repaired,
    pending: response.state === DeviceState.PENDING,
  };
}

async function post(settings: AgentSettings, request: Draft<EnrolRequest>): Promise<EnrolResponse> {
  const address = consoleAddress(settings.server);
  const response = await fetch(`${address}${ENROL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body: encode(EnrolRequest, request),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(address.startsWith('https:') ? { tls: await consoleTls(settings) } : {}),
    ...(settings.proxy && address.startsWith('https:') ? { proxy: settings.proxy } : {}),
  }).catch((cause: unknown) => {
    throw new Error(`${address} cannot be reached: ${(cause as Error).message}`, { cause });
  });
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.ok) return decode(EnrolResponse, body);
  throw refusalFrom(response.status, body);
}

function refusalFrom(status: number, body: Uint8Array): EnrolmentRefused {
  try {
    const problem = JSON.parse(new TextDecoder().decode(body)) as {
      code?: string;
      detail?: string;
      title?: string;
    };
    return new EnrolmentRefused(
      problem.code ?? String(status),
      problem.detail ?? problem.title ?? `HTTP ${status}`,
    );
  } catch {
    return new EnrolmentRefused(String(status), `the server answered HTTP ${status}`);
  }
}
