import { createHash } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  BEACON_HEADERS,
  BEACON_PATH,
  type Beacon,
  BeaconReplySchema,
  type HelloBody,
  MAX_FRAME_BYTES,
  type Rejected,
  sentpulse,
  signedBytes,
} from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import { spendGreeting } from '../frames/limits.ts';
import type { DeviceIdentity } from '../ports.ts';
import { judgeSignature } from '../socket/judge-signature.ts';
import { rejection, tooMany, unknownDevice } from '../socket/rejections.ts';
import type { Nonces } from './nonces.ts';
import { serveBeacon } from './serve-beacon.ts';

/** One beacon as it came in: who says it is, over which nonce, signed how. */
type Signed = {
  readonly deviceId: string;
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
};
type Proven = { readonly identity: DeviceIdentity; readonly beacon: Beacon; readonly hello: HelloBody };

const CONTENT_TYPE = 'application/proto';

/**
 * POST of sentpulse.v1's CheckIn with a beacon: the way home while the socket is lost (HB-1, HB-5). Refusals that an
 * agent should read (revoked, clone, …) are a reply with `rejected`; a nonce that is not good is 401 with a fresh one.
 */
export async function receiveBeacon(
  context: GatewayContext,
  nonces: Nonces,
  request: Request,
  address: string,
): Promise<Response> {
  const signed = await readSigned(request);
  if (signed instanceof Response) return counted(context, 'malformed', signed);
  context.metrics.bytes.inc(signed.body.length);
  if (!nonces.isGood(signed.nonce)) return staleNonce(context, nonces);
  const identity = await context.ports.admission.findIdentity(signed.deviceId);
  if (identity === undefined) return refused(context, nonces, unknownDevice());
  const refusal = judgeSignature(identity, bytesOf(signed), signed.signature);
  if (refusal !== undefined) return refused(context, nonces, refusal);
  const limit = spendGreeting(context.budgets.of(identity.deviceId), signed.body.length, context.clock.now());
  if (limit !== undefined) return refused(context, nonces, tooMany(context, limit));
  if (!nonces.use(signed.nonce)) return staleNonce(context, nonces);
  const proven = readBeacon(identity, signed.body);
  if (proven === undefined) {
    return counted(context, 'malformed', problem(400, 'invalid_argument', 'not a beacon of this device'));
  }
  const admission = await context.ports.admission.admit(identity, proven.hello, 'beacon', address);
  if (!admission.admitted) return refused(context, nonces, admission.rejected);
  const response = await serveBeacon(context, admission, proven.beacon);
  if (response.beacon !== undefined) response.beacon.nextNonce = nonces.issue();
  return counted(context, 'answered', answer(response));
}

async function readSigned(request: Request): Promise<Signed | Response> {
  if (request.headers.get('content-type') !== CONTENT_TYPE) {
    return problem(415, 'invalid_argument', `beacons are ${CONTENT_TYPE}`);
  }
  const header = (name: keyof typeof BEACON_HEADERS) => request.headers.get(BEACON_HEADERS[name]) ?? '';
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > MAX_FRAME_BYTES) {
    return problem(413, 'resource_exhausted', `a beacon has at most ${MAX_FRAME_BYTES} bytes`);
  }
  return {
    deviceId: header('device'),
    nonce: Buffer.from(header('nonce'), 'base64url'),
    signature: Buffer.from(header('signature'), 'base64url'),
    body,
  };
}

/** What the device's key signed. */
function bytesOf({ nonce, body }: Signed): Uint8Array {
  const digest = createHash('sha256').update(body).digest();
  return signedBytes('beacon', nonce, `POST ${BEACON_PATH}\0`, digest);
}

/** The beacon inside, when it speaks for the device that signed it and for no other. */
function readBeacon(identity: DeviceIdentity, body: Uint8Array): Proven | undefined {
  try {
    const request = fromBinary(sentpulse.CheckInRequestSchema, body);
    const hello = request.beacon?.hello;
    if (request.beacon === undefined || hello === undefined) return undefined;
    const claims = [hello.deviceId, request.agentId || hello.deviceId];
    if (claims.some((claim) => claim !== identity.deviceId)) return undefined;
    return { identity, beacon: request.beacon, hello };
  } catch {
    return undefined;
  }
}

function refused(context: GatewayContext, nonces: Nonces, rejected: Rejected): Response {
  const response = create(sentpulse.CheckInResponseSchema, {
    beacon: create(BeaconReplySchema, { rejected, nextNonce: nonces.issue() }),
  });
  return counted(context, rejected.code, answer(response));
}

function staleNonce(context: GatewayContext, nonces: Nonces): Response {
  context.metrics.faults.inc({ rule: 'stale_nonce' });
  const response = problem(401, 'unauthenticated', 'the nonce is used, too old, or not ours; take this one');
  response.headers.set(BEACON_HEADERS.nonce, Buffer.from(nonces.issue()).toString('base64url'));
  return counted(context, 'stale_nonce', response);
}

function answer(response: sentpulse.CheckInResponse): Response {
  const bytes = toBinary(sentpulse.CheckInResponseSchema, response);
  return new Response(bytes, { headers: { 'content-type': CONTENT_TYPE } });
}

/** An error in the form of the Connect protocol. */
function problem(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}

function counted(context: GatewayContext, outcome: string, response: Response): Response {
  context.metrics.beacons.inc({ outcome });
  return response;
}

/** What a beacon is answered when our side failed. */
export function beaconFailure(context: GatewayContext, cause: unknown): Response {
  context.log.error({ err: cause }, 'a beacon could not be served');
  const { message, retryAfterMs } = rejection('busy', 'the server is busy', 30_000);
  const response = counted(context, 'failed', problem(503, 'unavailable', message));
  response.headers.set('retry-after', String(retryAfterMs / 1_000));
  return response;
}
