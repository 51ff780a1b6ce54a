import { afterAll, afterEach, beforeAll, expect } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import {
  type DeviceId,
  LIVE_PATH,
  LIVE_SUBPROTOCOL,
  LIVE_TICKET_PREFIX,
  LiveMessage,
  type LiveRequest,
  type SessionId,
} from '@muster/contracts';
import { FactsSchema } from '@muster/contracts/wire';
import { systemClock } from '../../../platform/clock/index.ts';
import type { Listeners, Person } from '../../../platform/http/index.ts';
import { createConsoleHandler, createIdempotency, createListeners } from '../../../platform/http/index.ts';
import { createLog } from '../../../platform/log/index.ts';
import { createMetrics } from '../../../platform/metrics/index.ts';
import { anAudit } from '../../../testing/audit-fixture.ts';
import { aPerson, type LedgerFixture, ledgerFixture, until } from '../../../testing/ledger-fixture.ts';
import { createTelemetry, type Telemetry } from '../../telemetry/index.ts';
import { createLive, type Live } from '../index.ts';

type Client = {
  readonly socket: WebSocket;
  readonly messages: LiveMessage[];
  closeCode: number | undefined;
  ask(request: LiveRequest): void;
  /** Waits for a message of the watch that fits. */
  next<Type extends LiveMessage['type']>(
    type: Type,
    fits?: (message: Extract<LiveMessage, { type: Type }>) => boolean,
  ): Promise<Extract<LiveMessage, { type: Type }>>;
};

/** Live views behind a listener for the tests of the calling file, over a ledger; each test must leave no error. */
export function stageLive() {
  /** Whose sessions are alive; what the sign-in module answers. */
  const people = new Map<SessionId, Person>();
  /** The queries that were counted, one for each time. */
  const counted: string[] = [];
  const clients: Client[] = [];
  let parts: Parts;
  beforeAll(async () => {
    parts = await startParts(people, counted);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.close();
    expect(parts.fixture.errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await parts.live.stop();
    await parts.listeners.stop();
    await parts.telemetry.stop();
    await parts.fixture.close();
  });
  const signedIn = (person = aPerson(parts.fixture.orgId)): Person => {
    people.set(person.sessionId, person);
    return person;
  };
  return {
    people,
    counted,
    get fixture() {
      return parts.fixture;
    },
    get telemetry() {
      return parts.telemetry;
    },
    get live() {
      return parts.live;
    },
    get port() {
      return parts.port;
    },
    signedIn,
    async connect(person = signedIn(), headers?: Record<string, string>): Promise<Client> {
      const { ticket } = parts.live.ticket(person);
      const client = aClient(open(parts.port, [LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX + ticket], headers));
      clients.push(client);
      await client.next('hello');
      return client;
    },
    /** Whether a socket with these opens. */
    async isLetIn(protocols: string[], headers?: Record<string, string>): Promise<boolean> {
      const socket = open(parts.port, protocols, headers);
      let opened = false;
      let closed = false;
      socket.onopen = () => {
        opened = true;
        socket.close();
      };
      socket.onclose = () => {
        closed = true;
      };
      await until(() => closed);
      return opened;
    },
    enrol: (hostname: string) => enrol(parts.fixture, hostname),
  };
}

type Parts = {
  readonly fixture: LedgerFixture;
  readonly telemetry: Telemetry;
  readonly live: Live;
  readonly listeners: Listeners;
  readonly port: number;
};

async function startParts(people: ReadonlyMap<SessionId, Person>, counted: string[]): Promise<Parts> {
  const fixture = await ledgerFixture();
  const { db, devices, commands, events, errors } = fixture;
  const log = createLog('silent');
  const telemetry = createTelemetry({
    database: db.database,
    node: fixture.node,
    log,
    now: Date.now,
    mustExist: async () => undefined,
  });
  await telemetry.start();
  const live = createLive({
    database: db.database,
    clock: systemClock,
    version: '0.0.0',
    devices: {
      ...devices,
      summary: (tx, scope, query) => {
        counted.push(query);
        return devices.summary(tx, scope, query);
      },
    },
    telemetry,
    commands,
    feed: events.feed,
    currentPeople: async (ids) => new Map([...people].filter(([id]) => ids.includes(id))),
    onError: (error, part) => errors.push(`${part}: ${error}`),
  });
  live.start();
  const listeners = createListeners(
    createConsoleHandler({
      api: async () => undefined,
      rawRoutes: [live.route],
      staticFiles: async () => undefined,
      authenticate: async () => undefined,
      idempotency: createIdempotency(db.database),
      denied: anAudit(db.database).denied,
      log,
      metrics: createMetrics('0.0.0'),
    }),
  );
  return { fixture, telemetry, live, listeners, port: listeners.add('127.0.0.1', 0).port };
}

function open(port: number, protocols: string[], headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, { protocols, headers } as unknown as string[]);
}

function aClient(socket: WebSocket): Client {
  const messages: LiveMessage[] = [];
  const client: Client = {
    socket,
    messages,
    closeCode: undefined,
    ask: (request) => socket.send(JSON.stringify(request)),
    next: async (type, fits = () => true) => {
      type Wanted = Extract<LiveMessage, { type: typeof type }>;
      const find = () => messages.findIndex((message) => message.type === type && fits(message as Wanted));
      await until(() => find() >= 0);
      return messages.splice(find(), 1)[0] as Wanted;
    },
  };
  socket.onmessage = (event) => void messages.push(LiveMessage.parse(JSON.parse(String(event.data))));
  socket.onclose = (event) => {
    client.closeCode = event.code;
  };
  return client;
}

async function enrol(fixture: LedgerFixture, hostname: string): Promise<DeviceId> {
  const { orgId, siteId, events, devices, db } = fixture;
  const registered = await db.database.system('test', (tx) =>
    devices.register(tx, {
      by: 'token',
      tokenId: crypto.randomUUID() as never,
      publicKey: crypto.getRandomValues(new Uint8Array(91)),
      facts: create(FactsSchema, { hostname, os: 'linux', arch: 'amd64' }),
      agentVersion: '0.1.0',
      tags: {},
      needsApproval: false,
      orgId,
      siteId,
    }),
  );
  events.committed();
  return registered.deviceId;
}
