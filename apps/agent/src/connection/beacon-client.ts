import { BEACON_HEADERS, BEACON_NONCE_PATH, BEACON_PATH } from '@muster/contracts/wire';
import { type Draft, decode, encode } from '../wire/codec.ts';
import { type Beacon, type BeaconReply, CheckInRequest, CheckInResponse } from '../wire/messages.gen.ts';
import type { GatewayTls } from './gateway-tls.ts';
import type { HttpResponse } from './http-response.ts';
import { exchangeHttps, type HttpsRequest } from './https-exchange.ts';

/** Lines on which no socket is welcome in time still carry a beacon, which takes fewer journeys. */
const TIMEOUT_MS = 20_000;
const BASE64URL = { alphabet: 'base64url', omitPadding: true } as const;

export type BeaconDeps = {
  readonly tls: () => GatewayTls;
  readonly proxy: string | undefined;
  readonly deviceId: string;
  readonly sign: (...parts: (Uint8Array | string)[]) => Promise<Uint8Array<ArrayBuffer>>;
  readonly serverTime: (ms: number) => void;
};

/**
 * Sends one beacon and returns the answer; rejects when it could not be had. What it says is composed once the server has
 * been heard: while it is away for days, nobody reads its hours of minutes from the journal every minute.
 */
export type SendBeacon = (
  gateway: string,
  compose: () => Draft<CheckInRequest> & { readonly beacon: Draft<Beacon> },
) => Promise<BeaconReply>;

/**
 * HB-1, HB-5: the HTTPS beacon, sentpulse.v1's CheckIn in Connect's unary binary form. Each is signed by the device's key
 * over the server's nonce; the reply brings the nonce of the next.
 */
export function createBeaconClient(deps: BeaconDeps): SendBeacon {
  let nonce: { readonly gateway: string; readonly bytes: Uint8Array } | undefined;

  const exchange = (gateway: string, request: HttpsRequest) =>
    exchangeHttps(gateway, request, { tls: deps.tls(), proxy: deps.proxy, timeoutMs: TIMEOUT_MS });

  async function takeNonce(gateway: string): Promise<Uint8Array> {
    const kept = nonce;
    nonce = undefined;
    if (kept?.gateway === gateway) return kept.bytes;
    const response = await exchange(gateway, { method: 'GET', path: BEACON_NONCE_PATH });
    if (response.status !== 200) throw new Error(`no nonce: HTTP ${response.status}`);
    const time = Number(response.headers.get('muster-time'));
    if (Number.isSafeInteger(time) && time > 0) deps.serverTime(time);
    return response.body;
  }

  async function post(
    gateway: string,
    fresh: Uint8Array,
    body: Uint8Array<ArrayBuffer>,
  ): Promise<HttpResponse> {
    const digest = new Bun.CryptoHasher('sha256').update(body).digest();
    const signature = await deps.sign(fresh, `POST ${BEACON_PATH}\0`, digest);
    return exchange(gateway, {
      method: 'POST',
      path: BEACON_PATH,
      body,
      headers: {
        'content-type': 'application/proto',
        [BEACON_HEADERS.device]: deps.deviceId,
        [BEACON_HEADERS.nonce]: fresh.toBase64(BASE64URL),
        [BEACON_HEADERS.signature]: signature.toBase64(BASE64URL),
      },
    });
  }

  return async (gateway, compose) => {
    const known = await takeNonce(gateway);
    const body = encode(CheckInRequest, compose());
    let response = await post(gateway, known, body);
    const fresh = response.headers.get(BEACON_HEADERS.nonce);
    if (response.status === 401 && fresh) {
      // the server restarted meanwhile, or the interval was longer than a nonce lives
      response = await post(gateway, Uint8Array.fromBase64(fresh, { alphabet: 'base64url' }), body);
    }
    if (response.status !== 200) throw new Error(`the beacon was refused: HTTP ${response.status}`);
    const { beacon } = decode(CheckInResponse, response.body);
    if (!beacon) throw new Error('the answer to the beacon is empty');
    if (beacon.nextNonce.length > 0) nonce = { gateway, bytes: beacon.nextNonce };
    return beacon;
  };
}
