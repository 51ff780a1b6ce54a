/** Newest agent protocol this build speaks. */
export const PROTOCOL = 1;
/** Oldest agent protocol a server of this build still serves. */
export const OLDEST_PROTOCOL = 1;

/** WebSocket path and subprotocol on the gateway listener. */
export const AGENT_SOCKET_PATH = '/agent/v1/socket';
export const AGENT_SUBPROTOCOL = 'muster.agent.v1';
/** GET: a fresh beacon nonce (32 bytes, application/octet-stream) with the server's time in `muster-time`. */
export const BEACON_NONCE_PATH = '/agent/v1/nonce';
/** POST: the beacon itself, sentpulse.v1's CheckIn in Connect's unary binary form (application/proto). */
export const BEACON_PATH = '/sentpulse.v1.AgentService/CheckIn';
/** POST on the console listener: EnrolRequest in, EnrolResponse out (application/proto), errors as problem+json. */
export const ENROL_PATH = '/enrol/v1';
/** Headers of a beacon. */
export const BEACON_HEADERS = {
  device: 'muster-device',
  nonce: 'muster-nonce',
  signature: 'muster-signature',
} as const;

/** The fixed name in the gateway's certificate that agents expect, whatever address they dial. */
export function gatewayServerName(installationId: string): string {
  return `gateway.${installationId}.muster.internal`;
}

/** The fixed name in the console listener's own certificate, when Muster made it. */
export function consoleServerName(installationId: string): string {
  return `console.${installationId}.muster.internal`;
}

/** Every signature covers one of these prefixes first, so that no signed bytes mean two things. */
export const DOMAINS = {
  enrol: 'muster/enrol/v1\0',
  hello: 'muster/hello/v1\0',
  beacon: 'muster/beacon/v1\0',
  rotate: 'muster/rotate/v1\0',
  command: 'muster/command/v1\0',
  statement: 'muster/statement/v1\0',
} as const;

/** Domain prefix followed by the parts, as one array: what a signature is made over. */
export function signedBytes(
  domain: keyof typeof DOMAINS,
  ...parts: (Uint8Array | string)[]
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const chunks = [DOMAINS[domain], ...parts].map((part) =>
    typeof part === 'string' ? encoder.encode(part) : part,
  );
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Frames larger than this are cut (bytes). */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** What a device may send within one minute, frames and beacons together, before it is cut (bytes). */
export const MAX_DEVICE_BYTES_PER_MINUTE = 16 * 1024 * 1024;
/** A command whose result, as JSON, is larger has failed; progress that is larger is dropped (bytes). */
export const MAX_RESULT_BYTES = 512 * 1024;
/** Minutes in one check-in at most. */
export const MAX_MINUTES_PER_CHECK_IN = 120;
