import { PROTOCOL } from '@muster/contracts/wire';
import type { Clock } from './clock.ts';
import { CATALOGUE } from './commands/catalogue.gen.ts';
import { CommandJournal } from './commands/command-journal.ts';
import { Commands } from './commands/commands.ts';
import type { AgentSettings } from './config/settings.ts';
import { AGENT_VERSION } from './config/version.ts';
import { createBeaconClient, type SendBeacon } from './connection/beacon-client.ts';
import { BeaconLine } from './connection/beacon-line.ts';
import { Connection } from './connection/connection.ts';
import { gatewayTls } from './connection/gateway-tls.ts';
import { createDial } from './connection/socket.ts';
import { EXECUTORS } from './executors/index.ts';
import type { DeviceKey } from './identity/device-key.ts';
import type { Identity, IdentityStore } from './identity/identity.ts';
import { Trust } from './identity/trust.ts';
import type { Log } from './log/log.ts';
import type { System } from './os/os.ts';
import { writeStanding } from './service/standing.ts';
import { CheckIns } from './telemetry/check-ins.ts';
import { MINUTE_MS } from './telemetry/minute-closer.ts';
import { ServerClock } from './telemetry/server-clock.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import type { Draft } from './wire/codec.ts';
import {
  type BeaconReply,
  CommandState,
  type CommandUpdate,
  DeviceState,
  type Facts,
  type HelloBody,
  type Rejected,
  type ServerFrame,
  type Settings,
  type Welcome,
} from './wire/messages.gen.ts';

const FACTS_EVERY_MS = 3_600_000;
/** Updates in one beacon at most: its body has to stay below a frame's size. */
const UPDATES_PER_BEACON = 20;
const BEACON_BYTES = 700_000;
const GOODBYE_WITHIN_MS = 3_000;
/** An end that the server has not stored by then is told again: its database may have been away. */
const TELL_AGAIN_MS = 10_000;
/** Told again at a time at most, which stays below what a server takes in a minute. */
const TELL_AGAIN_UPDATES = 100;
const TELL_AGAIN_BYTES = 2_000_000;

export type AgentDeps = {
  readonly system: System;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly identity: IdentityStore;
  readonly key: DeviceKey;
  readonly settings: AgentSettings;
};

/** One enrolled agent: joins telemetry, commands and the ways to the server. Knows no system and no socket itself. */
export class Agent {
  /** Set when the server has found that this disk is a clone; the program then takes an identity of its own. */
  readonly cloned: Promise<void>;
  readonly #deps: AgentDeps;
  readonly #trust: Trust;
  readonly #time: ServerClock;
  readonly #telemetry: Telemetry;
  readonly #commands: Commands;
  readonly #commandJournal: CommandJournal;
  readonly #connection: Connection;
  readonly #beacons: BeaconLine;
  readonly #sendBeacon: SendBeacon;
  readonly #checkIns: CheckIns;
  readonly #runId = crypto.randomUUID();
  #state: number = DeviceState.UNSPECIFIED;
  #standing = '';
  #factsAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #sayCloned: () => void = () => {};

  static async create(deps: AgentDeps): Promise<Agent> {
    return new Agent(deps, await Trust.read(deps.identity, deps.log));
  }

  private constructor(deps: AgentDeps, trust: Trust) {
    const { system, clock, random, log, identity, key, settings } = deps;
    const { deviceId, installationId, clockOffsetMs } = identity.current;
    this.#deps = deps;
    this.#trust = trust;
    this.cloned = new Promise((resolve) => {
      this.#sayCloned = resolve;
    });
    this.#time = new ServerClock(clock, clockOffsetMs);
    const serverTime = (ms: number) => this.#anchor(ms);
    const tls = () => gatewayTls(identity.current, key.pem);
    this.#telemetry = new Telemetry({
      clock,
      time: this.#time,
      folder: identity.folder,
      system,
      sampled: (sample) => void this.#connection.send({ sample }, true),
      ticked: (closedMinute) => this.#tick(closedMinute),
    });
    this.#checkIns = new CheckIns({ clock, telemetry: this.#telemetry });
    this.#commandJournal = new CommandJournal(identity.folder.file('commands.journal'));
    this.#commands = new Commands({
      system,
      clock,
      log,
      journal: this.#commandJournal,
      catalogue: CATALOGUE,
      executors: EXECUTORS,
      installationId,
      deviceId,
      policy: settings.policy,
      statements: () => trust.statements,
      serverNowMs: () => this.#time.now(),
      send: (update) => this.#sendUpdate(update),
    });
    this.#sendBeacon = createBeaconClient({
      tls,
      proxy: settings.proxy,
      deviceId,
      sign: (...parts) => key.sign('beacon', ...parts),
      serverTime,
    });
    this.#beacons = new BeaconLine({ clock, random, log, exchange: (turn) => this.#exchangeBeacon(turn) });
    this.#connection = new Connection(
      {
        clock,
        random,
        log,
        dial: createDial(tls, settings.proxy),
        installationId,
        gateways: () => trust.gateways,
        hello: () => this.#hello(),
        signHello: (nonce, body) => key.sign('hello', nonce, body),
      },
      {
        serverTime,
        ready: (welcome) => this.#ready(welcome),
        frame: (frame) => this.#frame(frame),
        lost: () => this.#lost(),
        rejected: (rejected) => this.#rejected(rejected),
      },
    );
  }

  async start(): Promise<void> {
    this.#telemetry.start();
    await this.#commands.recover();
    this.#connection.start();
  }

  /** The machine goes to sleep or came back. */
  power(event: 'sleep' | 'wake'): void {
    if (event === 'sleep') this.#connection.send({ goodbye: { reason: 'sleep' } });
    else this.#connection.hurry();
  }

  /** Says goodbye where somebody can hear it, and ends. */
  async stop(reason: string): Promise<void> {
    const isHeard = this.#connection.send({ goodbye: { reason } });
    this.#commands.stop();
    this.#beacons.stop();
    this.#connection.end();
    if (!isHeard && this.#state !== DeviceState.UNSPECIFIED) {
      await Promise.race([this.sayGoodbye(reason).catch(() => {}), Bun.sleep(GOODBYE_WITHIN_MS)]);
    }
    this.close();
    this.#keep({ clockOffsetMs: this.#time.wallOffsetMs });
  }

  /** Closes its files: Windows removes no folder that holds an open one. Nothing works after it. */
  close(): void {
    this.#telemetry.stop();
    this.#commandJournal.close();
  }

  /** A goodbye by beacon; rejects when no gateway took it. */
  async sayGoodbye(reason: string): Promise<void> {
    const gateway = this.#gateway(0);
    await this.#sendBeacon(gateway, {
      agentId: this.#deps.identity.current.deviceId,
      beacon: { hello: this.#hello(), goodbye: { reason } },
    });
  }

  #gateway(turn: number): string {
    const { gateways } = this.#trust;
    const gateway = gateways[turn % Math.max(1, gateways.length)];
    if (gateway === undefined) throw new Error('no gateway is known');
    return gateway;
  }

  #hello(): Draft<HelloBody> {
    const { system, identity, settings } = this.#deps;
    const { deviceId, deviceToken, installationId } = identity.current;
    const { epoch, sequence } = this.#commandJournal.marks;
    return {
      deviceId,
      installationId,
      deviceToken,
      protocol: PROTOCOL,
      agentVersion: AGENT_VERSION,
      bootId: system.bootId(),
      uptimeMs: Math.round(system.uptimeMs()),
      epoch,
      sequenceSeen: sequence,
      policy: settings.policy,
      runId: this.#runId,
      pendingMinutes: this.#telemetry.waitingMinutes,
    };
  }

  #anchor(serverTimeMs: number): void {
    const isFirst = !this.#time.isAnchored;
    const moved = this.#time.anchor(serverTimeMs);
    if (isFirst || Math.abs(moved) >= MINUTE_MS) this.#telemetry.anchored(moved);
  }

  #ready(welcome: Welcome): void {
    this.#beacons.stop();
    this.#state = welcome.state;
    this.#apply(welcome.settings, welcome.newToken);
    void this.#trust.learn(welcome.keys);
    this.#connection.send({ instances: { instances: this.#telemetry.instances } });
    if (welcome.wantFacts) void this.#sendFacts();
    for (const update of this.#commands.updates.unacknowledged()) this.#sendUpdate(update);
    this.#checkIn();
    this.#telemetry.sampleNow();
    this.#leaveStanding();
  }

  #lost(): void {
    this.#beacons.start();
    this.#leaveStanding();
  }

  /** What `status` shows; written when it changes. */
  #leaveStanding(): void {
    const connection = this.#connection.state;
    if (connection === this.#standing) return;
    this.#standing = connection;
    const since = new Date(this.#deps.clock.wallMs()).toISOString();
    this.#save(() => writeStanding(this.#deps.identity.folder, { connection, since }));
  }

  #keep(change: Partial<Identity>): void {
    this.#save(() => this.#deps.identity.update(change));
  }

  /** A full disk must not end the agent: memory has what could not be written, and an outdated token refuses nobody. */
  #save(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#deps.log.warn(
        `${this.#deps.identity.folder.path} cannot be written: ${(error as Error).message}`,
      );
    }
  }

  #frame(frame: ServerFrame): void {
    if (frame.checkInReply) {
      this.#checkIns.answered(frame.checkInReply);
      this.#anchor(frame.checkInReply.serverTimeMs);
      this.#apply(frame.checkInReply.settings, frame.checkInReply.newToken);
      if (frame.checkInReply.acknowledgedMinutes.length > 0) this.#becomeActive();
      if (this.#checkIns.hasBacklog) this.#checkIn();
    } else if (frame.command) void this.#commands.deliver(frame.command.envelope, frame.command.commandId);
    else if (frame.commandCancel) this.#commands.cancel(frame.commandCancel.commandId);
    else if (frame.commandUpdateAck) {
      this.#commands.updates.acknowledged(frame.commandUpdateAck.commandId, frame.commandUpdateAck.state);
    } else if (frame.liveMode) this.#telemetry.watch(frame.liveMode);
    else if (frame.settings) this.#apply(frame.settings, '');
    else if (frame.keysChanged) void this.#trust.learn(frame.keysChanged.keys);
    else if (frame.error)
      this.#deps.log.warn(`the server complains (${frame.error.code}): ${frame.error.message}`);
  }

  /** The server stores our minutes: it has no names for their instances if it took none while we were pending. */
  #becomeActive(): void {
    if (this.#state === DeviceState.ACTIVE) return;
    this.#state = DeviceState.ACTIVE;
    this.#connection.send({ instances: { instances: this.#telemetry.instances } });
  }

  #apply(settings: Settings | undefined, newToken: string): void {
    if (newToken !== '') this.#keep({ deviceToken: newToken });
    if (!settings) return;
    if (settings.sampleIntervalMs > 0) this.#telemetry.setInterval(settings.sampleIntervalMs);
    if (settings.beaconIntervalS > 0) this.#beacons.setInterval(settings.beaconIntervalS * 1000);
    if (settings.pingIntervalS > 0) this.#connection.setPingInterval(settings.pingIntervalS * 1000);
    if (settings.checkInIntervalS > 0) this.#checkIns.setInterval(settings.checkInIntervalS * 1000);
  }

  #rejected(rejected: Rejected): void {
    if (rejected.code === 'clone') this.#sayCloned();
    if (rejected.retryAfterMs === 0) this.#beacons.stop();
  }

  #tick(closedMinute: boolean): void {
    this.#commands.tick();
    if (!this.#connection.isReady) return;
    if (this.#telemetry.takeInstanceNews()) {
      this.#connection.send({ instances: { instances: this.#telemetry.instances } });
    }
    if (this.#deps.clock.monotonicMs() - this.#factsAtMs > FACTS_EVERY_MS) void this.#sendFacts();
    if (this.#checkIns.isDue(closedMinute)) this.#checkIn();
    this.#tellAgain();
  }

  #tellAgain(): void {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#toldAtMs < TELL_AGAIN_MS) return;
    this.#toldAtMs = now;
    const before = this.#time.now() - TELL_AGAIN_MS;
    const late = this.#commands.updates.unacknowledged().filter(({ atMs }) => atMs < before);
    for (const update of thatFit(late, TELL_AGAIN_UPDATES, TELL_AGAIN_BYTES)) this.#sendUpdate(update);
  }

  #checkIn(): void {
    const checkIn = this.#checkIns.next(this.#state === DeviceState.ACTIVE);
    this.#connection.send({ checkIn });
  }

  async #readFacts(): Promise<Draft<Facts>> {
    return { ...(await this.#deps.system.facts()), agentVersion: AGENT_VERSION };
  }

  async #sendFacts(): Promise<void> {
    this.#factsAtMs = this.#deps.clock.monotonicMs();
    try {
      this.#connection.send({ facts: await this.#readFacts() });
    } catch (error) {
      this.#deps.log.warn(`the facts of this machine could not be read: ${String(error)}`);
    }
  }

  #sendUpdate(update: CommandUpdate): boolean {
    if (this.#connection.send({ commandUpdate: update })) return true;
    if (update.state >= CommandState.SUCCEEDED) this.#beacons.hurry();
    return false;
  }

  async #exchangeBeacon(turn: number): Promise<void> {
    const reply = await this.#sendBeacon(this.#gateway(turn), {
      agentId: this.#deps.identity.current.deviceId,
      agentVersion: AGENT_VERSION,
      beacon: {
        hello: this.#hello(),
        checkIn: this.#checkIns.next(true),
        commandUpdates: thatFit(this.#commands.updates.unacknowledged(), UPDATES_PER_BEACON, BEACON_BYTES),
        instances: { instances: this.#telemetry.instances },
      },
    });
    this.#takeBeaconReply(reply);
  }

  #takeBeaconReply(reply: BeaconReply): void {
    if (reply.rejected) {
      this.#deps.log.warn(
        `the server refuses this device (${reply.rejected.code}): ${reply.rejected.message}`,
      );
      this.#rejected(reply.rejected);
      return;
    }
    this.#state = reply.state;
    if (reply.checkInReply) {
      this.#checkIns.answered(reply.checkInReply);
      this.#anchor(reply.checkInReply.serverTimeMs);
      this.#apply(reply.checkInReply.settings, reply.checkInReply.newToken);
    }
    for (const { commandId, state } of reply.commandUpdateAcks)
      this.#commands.updates.acknowledged(commandId, state);
    const learnt = this.#trust.learn(reply.keys);
    for (const { envelope, commandId } of reply.commands) {
      void learnt.then(() => this.#commands.deliver(envelope, commandId));
    }
    for (const { commandId } of reply.cancels) this.#commands.cancel(commandId);
  }
}

/** The first of them within both limits; one alone may be larger. */
function thatFit(updates: readonly CommandUpdate[], count: number, maxBytes: number): CommandUpdate[] {
  let bytes = 0;
  return updates.slice(0, count).filter((update, index) => {
    bytes += update.payload.length;
    return index === 0 || bytes <= maxBytes;
  });
}
