import { type PolicyLevel, policyAllows } from '../config/policy.ts';
import { decode } from '../wire/codec.ts';
import { CommandBody, CommandEnvelope, type KeyStatement } from '../wire/messages.gen.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { checkPayload } from './check-payload.ts';
import { keysFor, verifyEd25519 } from './statements.ts';

/** Why a command does not run here. `expired` is an end of its own; everything else is a refusal. */
export type Refusal = {
  readonly is: 'refused';
  /** Empty when the bytes could not be read at all. */
  readonly commandId: string;
  readonly code: string;
  readonly message: string;
};

export type Verified = {
  readonly is: 'verified';
  readonly body: CommandBody;
  readonly entry: CatalogueEntry;
  /** JSON of the payload, checked, with defaults. */
  readonly payload: string;
};

export type VerifyContext = {
  readonly installationId: string;
  readonly deviceId: string;
  readonly statements: readonly KeyStatement[];
  readonly catalogue: readonly CatalogueEntry[];
  readonly policy: PolicyLevel;
  /** Highest epoch and floor seen on this endpoint. */
  readonly marks: { readonly epoch: number; readonly floor: number };
  readonly serverNowMs: number;
};

/**
 * Reads an envelope as it came over the wire and believes nothing: signature by a command key that the root key
 * certified, then installation, device, epoch, floor, time, name and version, policy, payload; in that order, so that a
 * refusal tells a forger nothing that a true signature has not earned.
 */
export async function verifyEnvelope(bytes: Uint8Array, context: VerifyContext): Promise<Verified | Refusal> {
  let body: CommandBody;
  try {
    const envelope = decode(CommandEnvelope, bytes);
    const signer = await findSigner(envelope, context.statements);
    if (!signer) return refuse('', 'signature', 'no signature by a key that the root key certified');
    body = decode(CommandBody, envelope.body);
    if (body.epoch < signer.epoch)
      return refuse(body.commandId, 'epoch', 'from before its key was certified');
  } catch {
    return refuse('', 'malformed', 'not a command envelope');
  }
  const misdirected = checkAddress(body, context) ?? checkTime(body, context);
  if (misdirected) return refuse(body.commandId, ...misdirected);
  const entry = context.catalogue.find((one) => one.name === body.name);
  if (!entry) return refuse(body.commandId, 'unknown_command', `this agent does not know ${body.name}`);
  if (entry.version !== body.version) {
    return refuse(
      body.commandId,
      'unknown_version',
      `this agent knows ${body.name} in version ${entry.version}`,
    );
  }
  if (!policyAllows(context.policy, entry.level)) {
    const message = `this endpoint's policy is "${context.policy}", the command needs "${entry.level}"`;
    return refuse(body.commandId, 'policy', message);
  }
  return readPayload(body, entry);
}

type Reason = readonly [code: string, message: string];

async function findSigner(
  { body, signatures }: CommandEnvelope,
  statements: readonly KeyStatement[],
): Promise<KeyStatement | undefined> {
  const keys = keysFor('command', statements);
  for (const { keyId, signature } of signatures.slice(0, 4)) {
    const key = keys.get(keyId);
    if (!key) continue;
    const publicKey = new Uint8Array(key.publicKey);
    if (await verifyEd25519('command', publicKey, { body, signature })) return key;
  }
  return undefined;
}

function checkAddress(
  body: CommandBody,
  { installationId, deviceId, marks }: VerifyContext,
): Reason | undefined {
  if (body.installationId !== installationId) return ['wrong_installation', 'made for another installation'];
  if (body.deviceId !== deviceId) return ['wrong_device', 'made for another device'];
  if (body.epoch < marks.epoch) return ['epoch', 'from before the server was restored'];
  if (body.epoch === marks.epoch && body.sequence < marks.floor)
    return ['replayed', 'below what may still run here'];
  return undefined;
}

function checkTime(body: CommandBody, { serverNowMs }: VerifyContext): Reason | undefined {
  return serverNowMs > body.deliverByMs ? ['expired', 'it was to be delivered earlier'] : undefined;
}

function readPayload(body: CommandBody, entry: CatalogueEntry): Verified | Refusal {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.payload);
    const checked = checkPayload(entry.payload, JSON.parse(text));
    if (!checked.ok) return refuse(body.commandId, 'payload', checked.problem);
    return { is: 'verified', body, entry, payload: JSON.stringify(checked.value) };
  } catch {
    return refuse(body.commandId, 'payload', 'the payload is not JSON');
  }
}

function refuse(commandId: string, code: string, message: string): Refusal {
  return { is: 'refused', commandId, code, message };
}
