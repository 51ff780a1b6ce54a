import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AgentFrame,
  AgentFrameSchema,
  BEACON_HEADERS,
  BEACON_NONCE_PATH,
  BEACON_PATH,
  BeaconReplySchema,
  type CheckIn,
  CheckInReplySchema,
  type CommandUpdate,
  DeviceState,
  ENROL_PATH,
  EnrolRequestSchema,
  EnrolResponseSchema,
  gatewayServerName,
  type HelloBody,
  HelloBodySchema,
  type Minute,
  RejectedSchema,
  ServerFrameSchema,
  type SettingsSchema,
  sentpulse,
  signedBytes,
} from '@muster/contracts/wire';
import { Authority, derOf } from './authority.ts';
import { Signer } from './signer.ts';

type Body = MessageInitShape<typeof ServerFrameSchema>['body'];
type WebSocketState = { nonce: Uint8Array<ArrayBuffer>; ready: boolean };

/**
 * A gateway and console for tests of the agent: real TLS, real sockets, and none of the server's code. It writes down
 * what the agent says; the public switches make it behave badly.
 */
export class TestGateway {
  readonly installationId = crypto.randomUUID();
  readonly serverCa = new Authority('test server ca');
  readonly deviceCa = new Authority('test device ca');
  readonly hellos: HelloBody[] = [];
  readonly frames: AgentFrame[] = [];
  readonly beacons: NonNullable<sentpulse.CheckInRequest['beacon']>[] = [];
  readonly minutes = new Map<number, Minute>();
  readonly checkIns: CheckIn[] = [];
  readonly updates: CommandUpdate[] = [];
  readonly beaconEnvelopes: Uint8Array[] = [];
  readonly tokens = new Set(['right']);
  /** Keys that were offered, whatever became of them. */
  readonly offeredKeys: Uint8Array[] = [];
  /** Switches. */
  acknowledges = true;
  acknowledgesUpdates = true;
  acceptsSockets = true;
  isSilent = false;
  /** What becomes of an offered key: never heard, stored while the answer is lost, or certified. */
  rotation: 'unheard' | 'unanswered' | 'certified' = 'certified';
  rejects: MessageInitShape<typeof RejectedSchema> | undefined;
  settings: MessageInitShape<typeof SettingsSchema> = {
    checkInIntervalS: 60,
    sampleIntervalMs: 10_000,
    beaconIntervalS: 60,
    pingIntervalS: 15,
  };
  state = DeviceState.ACTIVE;
  timeOffsetMs = 0;
  newToken = '';
  deviceId = '';
  devicePublicKey: Uint8Array = new Uint8Array(0);
  signer!: Signer;
  #server: Bun.Server<WebSocketState> | undefined;
  #console: Bun.Server<undefined> | undefined;
  readonly #sockets = new Set<Bun.ServerWebSocket<WebSocketState>>();

  constructor(
    readonly port: number,
    readonly consolePort: number,
  ) {}

  async start(): Promise<this> {
    this.signer ??= await Signer.create(this.installationId);
    this.#console ??= Bun.serve({
      port: this.consolePort,
      hostname: '127.0.0.1',
      fetch: (request) => this.#enrol(request),
    });
    this.listen();
    return this;
  }

  /** Opens the gateway listener; `name` and `authority` can be wrong on purpose. */
  listen(
    name = gatewayServerName(this.installationId),
    authority = this.serverCa,
    usage = 'serverAuth',
  ): void {
    const { key, certificate } = authority.issueServer(name, usage);
    this.#server = Bun.serve<WebSocketState>({
      port: this.port,
      hostname: '127.0.0.1',
      tls: {
        key,
        cert: certificate,
        ca: this.deviceCa.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      fetch: (request, server) => this.#fetch(request, server),
      websocket: {
        open: (socket) => this.#open(socket),
        message: (socket, message) => void this.#message(socket, message as unknown as Uint8Array),
        close: (socket) => void this.#sockets.delete(socket),
      },
    });
  }

  /** The gateway is gone, as after a crash. */
  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.#server?.stop(true);
    this.#server = undefined;
  }

  async stop(): Promise<void> {
    await this.cut();
    await this.#console?.stop(true);
    this.serverCa.dispose();
    this.deviceCa.dispose();
  }

  get connected(): number {
    return [...this.#sockets].filter((socket) => socket.data.ready).length;
  }

  send(body: NonNullable<Body>): void {
    const bytes = toBinary(ServerFrameSchema, create(ServerFrameSchema, { body }));
    for (const socket of this.#sockets) socket.send(bytes);
  }

  sendRaw(bytes: Uint8Array<ArrayBuffer>): void {
    for (const socket of this.#sockets) socket.send(bytes);
  }

  deliver(envelope: Uint8Array<ArrayBuffer>): void {
    this.send({ case: 'command', value: { envelope } });
  }

  /** The last thing said about a command. */
  lastUpdate(commandId: string): CommandUpdate | undefined {
    return this.updates.findLast((update) => update.commandId === commandId);
  }

  async #enrol(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== ENROL_PATH) return new Response(null, { status: 404 });
    const enrol = fromBinary(EnrolRequestSchema, new Uint8Array(await request.arrayBuffer()));
    const digest = new Uint8Array(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(enrol.token)),
    );
    const signed = signedBytes('enrol', digest, enrol.publicKey);
    if (!(await verify(enrol.publicKey, enrol.proof, signed)))
      return problem(400, 'invalid_input', 'bad proof');
    const known = enrol.deviceId !== '' && enrol.deviceId === this.deviceId;
    if (enrol.reidentify) {
      if (!known || !(await verify(this.devicePublicKey, enrol.deviceProof, signed)))
        return problem(403, 'forbidden', 'no');
      this.state = DeviceState.PENDING;
    } else if (!this.tokens.has(enrol.token)) {
      return problem(
        401,
        'unauthenticated',
        'The enrolment token has expired: create another in the console.',
      );
    }
    if (!known || enrol.reidentify) this.deviceId = crypto.randomUUID();
    this.devicePublicKey = enrol.publicKey;
    const response = create(EnrolResponseSchema, {
      deviceId: this.deviceId,
      installationId: this.installationId,
      deviceCertificate: derOf(this.deviceCa.issueClient(this.deviceId, enrol.publicKey)),
      serverCa: derOf(this.serverCa.certificate),
      rootPublicKey: this.signer.root.publicKey,
      keys: [await this.signer.statement()],
      gateways: [`127.0.0.1:${this.port}`],
      deviceToken: 'token-1',
      serverTimeMs: this.#now(),
      state: this.state,
      repaired: known && !enrol.reidentify,
      serverName: 'Test server',
    });
    return new Response(toBinary(EnrolResponseSchema, response));
  }

  async #fetch(request: Request, server: Bun.Server<WebSocketState>): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (request.headers.get('upgrade')) {
      const data = { nonce: crypto.getRandomValues(new Uint8Array(32)), ready: false };
      if (this.acceptsSockets && server.upgrade(request, { data })) return undefined;
      return new Response('no sockets here', { status: 503 });
    }
    if (pathname === BEACON_NONCE_PATH) {
      const nonce = crypto.getRandomValues(new Uint8Array(32));
      return new Response(nonce, { headers: { 'muster-time': String(this.#now()) } });
    }
    return pathname === BEACON_PATH ? this.#beacon(request) : new Response(null, { status: 404 });
  }

  async #beacon(request: Request): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    const header = (name: string) =>
      Uint8Array.fromBase64(request.headers.get(name) ?? '', { alphabet: 'base64url' });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    const signed = signedBytes('beacon', header(BEACON_HEADERS.nonce), `POST ${BEACON_PATH}\0`, digest);
    if (!(await verify(this.devicePublicKey, header(BEACON_HEADERS.signature), signed)))
      return problem(401, 'no', 'no');
    const { beacon } = fromBinary(sentpulse.CheckInRequestSchema, body);
    if (!beacon) return problem(400, 'no', 'no beacon');
    this.beacons.push(beacon);
    this.updates.push(...beacon.commandUpdates);
    if (beacon.checkIn) this.#keep(beacon.checkIn);
    const acknowledged = this.acknowledges
      ? (beacon.checkIn?.minutes.map((minute) => minute.minute) ?? [])
      : [];
    const reply = create(BeaconReplySchema, {
      checkInReply: {
        id: beacon.checkIn?.id ?? 0n,
        serverTimeMs: this.#now(),
        acknowledgedMinutes: acknowledged,
        settings: this.settings,
      },
      commands: this.beaconEnvelopes.splice(0).map((envelope) => ({ envelope })),
      commandUpdateAcks: beacon.commandUpdates.map(({ commandId, state }) => ({ commandId, state })),
      nextNonce: crypto.getRandomValues(new Uint8Array(32)),
      state: this.state,
    });
    if (this.rejects) reply.rejected = create(RejectedSchema, this.rejects);
    const response = create(sentpulse.CheckInResponseSchema, { heartbeatIntervalSeconds: 60, beacon: reply });
    return new Response(toBinary(sentpulse.CheckInResponseSchema, response));
  }

  #open(socket: Bun.ServerWebSocket<WebSocketState>): void {
    this.#sockets.add(socket);
    this.#sendTo(socket, {
      case: 'challenge',
      value: {
        nonce: socket.data.nonce,
        serverTimeMs: this.#now(),
        installationId: this.installationId,
        protocol: 1,
        oldestProtocol: 1,
      },
    });
  }

  async #message(socket: Bun.ServerWebSocket<WebSocketState>, bytes: Uint8Array): Promise<void> {
    if (this.isSilent) return;
    const frame = fromBinary(AgentFrameSchema, new Uint8Array(bytes));
    const { body } = frame;
    if (body.case === 'hello') return this.#hello(socket, body.value);
    this.frames.push(frame);
    if (body.case === 'checkIn') {
      this.#keep(body.value);
      const acknowledgedMinutes = this.acknowledges ? body.value.minutes.map((minute) => minute.minute) : [];
      const value = create(CheckInReplySchema, {
        id: body.value.id,
        serverTimeMs: this.#now(),
        acknowledgedMinutes,
      });
      this.#sendTo(socket, { case: 'checkInReply', value });
    }
    if (body.case === 'keyRotation') await this.#rotate(socket, body.value);
    if (body.case === 'commandUpdate') {
      this.updates.push(body.value);
      const { commandId, state } = body.value;
      if (this.acknowledgesUpdates)
        this.#sendTo(socket, { case: 'commandUpdateAck', value: { commandId, state } });
    }
  }

  async #rotate(
    socket: Bun.ServerWebSocket<WebSocketState>,
    { publicKey, proof }: { publicKey: Uint8Array; proof: Uint8Array },
  ): Promise<void> {
    this.offeredKeys.push(publicKey);
    if (this.rotation === 'unheard') return;
    if (!(await verify(publicKey, proof, signedBytes('rotate', this.deviceId, publicKey)))) return;
    this.devicePublicKey = publicKey;
    if (this.rotation === 'unanswered') return;
    const deviceCertificate = derOf(this.deviceCa.issueClient(this.deviceId, publicKey));
    this.#sendTo(socket, { case: 'keyRotationReply', value: { deviceCertificate } });
  }

  async #hello(
    socket: Bun.ServerWebSocket<WebSocketState>,
    { body, signature }: { body: Uint8Array; signature: Uint8Array },
  ): Promise<void> {
    const hello = fromBinary(HelloBodySchema, body);
    const isProven = await verify(
      this.devicePublicKey,
      signature,
      signedBytes('hello', socket.data.nonce, body),
    );
    if (!isProven)
      return void this.#sendTo(socket, { case: 'rejected', value: { code: 'bad_signature', message: 'no' } });
    this.hellos.push(hello);
    if (this.rejects) return void this.#sendTo(socket, { case: 'rejected', value: this.rejects });
    socket.data.ready = true;
    this.#sendTo(socket, {
      case: 'welcome',
      value: {
        connectionEpoch: BigInt(this.hellos.length),
        serverTimeMs: this.#now(),
        settings: this.settings,
        state: this.state,
        wantFacts: true,
        newToken: this.newToken,
        keys: [await this.signer.statement()],
      },
    });
  }

  #keep(checkIn: CheckIn): void {
    this.checkIns.push(checkIn);
    for (const minute of checkIn.minutes) if (this.acknowledges) this.minutes.set(minute.minute, minute);
  }

  #sendTo(socket: Bun.ServerWebSocket<WebSocketState>, body: NonNullable<Body>): void {
    socket.send(toBinary(ServerFrameSchema, create(ServerFrameSchema, { body })));
  }

  #now(): bigint {
    return BigInt(Date.now() + this.timeOffsetMs);
  }
}

async function verify(
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('spki', new Uint8Array(publicKey), algorithm, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(signature), message);
}

function problem(status: number, code: string, detail: string): Response {
  return Response.json({ status, code, detail }, { status });
}
