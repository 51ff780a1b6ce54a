import { PROTOCOL } from '@muster/contracts/wire';
import { type AgentDeps, type AgentParts, createParts } from './agent-parts.ts';
import { AGENT_VERSION } from './config/version.ts';
import { createBeaconClient, type SendBeacon } from './connection/beacon-client.ts';
import { BeaconLine } from './connection/beacon-line.ts';
import { Connection } from './connection/connection.ts';
import { type GatewayTls, gatewayTls } from './connection/gateway-tls.ts';
import { createDial } from './connection/socket.ts';
import type { DeviceKey } from './identity/device-key.ts';
import type { Identity } from './identity/identity.ts';
import { Trust } from './identity/trust.ts';
import { createStandingNote } from './service/standing.ts';
import { staySmall } from './service/stay-small.ts';
import { MINUTE_MS } from './telemetry/minute-closer.ts';
import { SleepWatch } from './telemetry/sleep-watch.ts';
import type { Draft } from './wire/codec.ts';
import {
  type BeaconReply,
  DeviceState,
  type HelloBody,
  type Rejected,
  type ServerFrame,
  type Settings,
  type Welcome,
} from './wire/messages.gen.ts';

const GOODBYE_WITHIN_MS = 3_000;

/** One enrolled agent: joins telemetry, commands and the ways to the server. Knows no system and no socket itself. */
export class Agent {
  /** Set when the server has found that this disk is a clone; the program then takes an identity of its own. */
  readonly cloned: Promise<void>;
  readonly #deps: AgentDeps;
  readonly #trust: Trust;
  readonly #parts: AgentParts;
  readonly #connection: Connection;
  readonly #beacons: BeaconLine;
  readonly #sendBeacon: SendBeacon;
  readonly #sleepWatch = new SleepWatch();
  readonly #runId = crypto.randomUUID();
  readonly #noteStanding: (connection: string) => void;
  #state: number = DeviceState.UNSPECIFIED;
  /** What the hello and the beacon that are under way were signed with. */
  #helloKey: DeviceKey;
  #beaconKey: DeviceKey;
  #isClone = false;
  #stopShrinking = () => {};
  #sayCloned: () => void = () => {};

  static async create(deps: AgentDeps): Promise<Agent> {
    return new Agent(deps, await Trust.read(deps.identity, deps.log));
  }

  private constructor(deps: AgentDeps, trust: Trust) {
    const { clock, random, log, identity, keys, settings } = deps;
    this.#deps = deps;
    this.#trust = trust;
    this.#parts = createParts(deps, trust, {
      send: (frame, mayBeLost) => this.#connection.send(frame, mayBeLost),
      hurry: () => this.#beacons.hurry(),
      ticked: (closedMinute) => this.#tick(closedMinute),
    });
    this.#noteStanding = createStandingNote(identity.folder, clock, this.#parts.save);
    this.#helloKey = keys.signing;
    this.#beaconKey = keys.signing;
    this.cloned = new Promise((resolve) => {
      this.#sayCloned = resolve;
    });
    const tls = () => gatewayTls(identity.current, keys.certified.pem);
    this.#sendBeacon = createBeaconClient({
      tls,
      proxy: settings.proxy,
      deviceId: identity.current.deviceId,
      sign: (...parts) => {
        this.#beaconKey = keys.signing;
        return this.#beaconKey.sign('beacon', ...parts);
      },
      serverTime: (ms) => this.#anchor(ms),
    });
    this.#beacons = new BeaconLine({ clock, random, log, exchange: (turn) => this.#exchangeBeacon(turn) });
    this.#connection = this.#createConnection(tls);
  }

  #createConnection(tls: () => GatewayTls): Connection {
    const { clock, random, log, identity, keys, settings } = this.#deps;
    return new Connection(
      {
        clock,
        random,
        log,
        dial: createDial(tls, settings.proxy),
        installationId: identity.current.installationId,
        gateways: () => this.#trust.gateways,
        hello: () => this.#hello(),
        signHello: (nonce, body) => {
          this.#helloKey = keys.signing;
          return this.#helloKey.sign('hello', nonce, body);
        },
      },
      {
        serverTime: (ms) => this.#anchor(ms),
        ready: (welcome) => this.#ready(welcome),
        frame: (frame) => this.#frame(frame),
        lost: () => this.#lost(),
        rejected: (rejected) => this.#rejected(rejected, this.#helloKey),
      },
    );
  }

  async start(): Promise<void> {
    this.#parts.telemetry.start();
    this.#stopShrinking = staySmall(this.#deps.clock, this.#deps.system.memory);
    await this.#parts.commands.recover();
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
    this.#parts.commands.stop();
    this.#beacons.stop();
    this.#connection.end();
    if (!isHeard && this.#state !== DeviceState.UNSPECIFIED) {
      await Promise.race([this.sayGoodbye(reason).catch(() => {}), Bun.sleep(GOODBYE_WITHIN_MS)]);
    }
    this.close();
    this.#keep({ clockOffsetMs: this.#parts.time.wallOffsetMs });
  }

  /** Closes its files: Windows removes no folder that holds an open one. Nothing works after it. */
  close(): void {
    this.#stopShrinking();
    this.#parts.telemetry.stop();
    this.#parts.commandJournal.close();
  }

  /** A goodbye by beacon; rejects when no gateway took it. */
  async sayGoodbye(reason: string): Promise<void> {
    const gateway = this.#gateway(0);
    await this.#sendBeacon(gateway, () => ({
      agentId: this.#deps.identity.current.deviceId,
      beacon: { hello: this.#hello(), goodbye: { reason } },
    }));
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
    const { epoch, sequence } = this.#parts.commandJournal.marks;
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
      pendingMinutes: this.#parts.telemetry.waitingMinutes,
    };
  }

  #anchor(serverTimeMs: number): void {
    const isFirst = !this.#parts.time.isAnchored;
    const moved = this.#parts.time.anchor(serverTimeMs);
    if (isFirst || Math.abs(moved) >= MINUTE_MS) this.#parts.telemetry.anchored(moved);
  }

  #ready(welcome: Welcome): void {
    this.#beacons.stop();
    this.#isClone = false;
    this.#state = welcome.state;
    this.#apply(welcome.settings, welcome.newToken);
    void this.#trust.learn(welcome.keys);
    this.#connection.send({ instances: { instances: this.#parts.telemetry.instances } });
    if (welcome.wantFacts) void this.#parts.facts.report();
    this.#parts.reports.reportAll();
    this.#parts.rotation.welcomed(this.#helloKey);
    this.#checkIn();
    this.#parts.telemetry.sampleNow();
    this.#noteStanding(this.#connection.state);
  }

  #lost(): void {
    this.#parts.inventory.lost();
    this.#beacons.start();
    this.#noteStanding(this.#connection.state);
  }

  #keep(change: Partial<Identity>): void {
    this.#parts.save(() => this.#deps.identity.update(change));
  }

  #frame(frame: ServerFrame): void {
    if (frame.checkInReply) {
      this.#parts.checkIns.answered(frame.checkInReply);
      this.#anchor(frame.checkInReply.serverTimeMs);
      this.#apply(frame.checkInReply.settings, frame.checkInReply.newToken);
      if (frame.checkInReply.acknowledgedMinutes.length > 0) this.#becomeActive();
      if (this.#parts.checkIns.hasBacklog) this.#checkIn();
    } else if (frame.command)
      void this.#parts.commands.deliver(frame.command.envelope, frame.command.commandId);
    else if (frame.commandCancel) this.#parts.commands.cancel(frame.commandCancel.commandId);
    else if (frame.commandUpdateAck) {
      this.#parts.commands.updates.acknowledged(
        frame.commandUpdateAck.commandId,
        frame.commandUpdateAck.state,
      );
    } else if (frame.inventoryReply) this.#parts.inventory.answered(frame.inventoryReply);
    else if (frame.liveMode) this.#parts.telemetry.watch(frame.liveMode);
    else if (frame.settings) this.#apply(frame.settings, '');
    else if (frame.keyRotationReply) this.#parts.rotation.answered(frame.keyRotationReply);
    else if (frame.keysChanged) void this.#trust.learn(frame.keysChanged.keys);
    else if (frame.error)
      this.#deps.log.warn(`the server complains (${frame.error.code}): ${frame.error.message}`);
  }

  /** The server stores our minutes: it has no names for their instances if it took none while we were pending. */
  #becomeActive(): void {
    if (this.#state === DeviceState.ACTIVE) return;
    this.#state = DeviceState.ACTIVE;
    this.#connection.send({ instances: { instances: this.#parts.telemetry.instances } });
  }

  #apply(settings: Settings | undefined, newToken: string): void {
    if (newToken !== '') this.#keep({ deviceToken: newToken });
    if (!settings) return;
    if (settings.sampleIntervalMs > 0) {
      this.#sleepWatch.setInterval(settings.sampleIntervalMs);
      this.#parts.telemetry.setInterval(settings.sampleIntervalMs);
    }
    if (settings.beaconIntervalS > 0) this.#beacons.setInterval(settings.beaconIntervalS * 1000);
    if (settings.pingIntervalS > 0) this.#connection.setPingInterval(settings.pingIntervalS * 1000);
    if (settings.inventoryIntervalS > 0)
      this.#parts.inventory.setInterval(settings.inventoryIntervalS * 1000);
    if (settings.keyMaxAgeS > 0) this.#parts.rotation.setMaxAge(settings.keyMaxAgeS * 1000);
    const everyS = settings.checkInIntervalS;
    if (everyS > 0 && this.#parts.checkIns.setInterval(everyS * 1000))
      this.#deps.log.say(`checks in each ${everyS} s from now on`);
  }

  #rejected(rejected: Rejected, signedBy: DeviceKey): void {
    this.#isClone ||= rejected.code === 'clone';
    const isAboutKey = rejected.code === 'bad_signature' || rejected.code === 'clone';
    if (isAboutKey && this.#deps.keys.refused(signedBy)) {
      this.#connection.hurry();
      return;
    }
    if (isAboutKey && this.#isClone) this.#sayCloned();
    if (rejected.retryAfterMs === 0) this.#beacons.stop();
  }

  #tick(closedMinute: boolean): void {
    if (this.#sleepWatch.sampled(this.#deps.clock.monotonicMs())) this.power('wake');
    this.#parts.commands.tick();
    if (!this.#connection.isReady) return;
    if (this.#parts.telemetry.takeInstanceNews()) {
      this.#connection.send({ instances: { instances: this.#parts.telemetry.instances } });
    }
    this.#parts.facts.tick();
    this.#parts.rotation.tick();
    if (this.#state === DeviceState.ACTIVE) this.#parts.inventory.tick();
    if (this.#parts.checkIns.isDue(closedMinute)) this.#checkIn();
    this.#parts.reports.tellAgain();
  }

  #checkIn(): void {
    const checkIn = this.#parts.checkIns.next(this.#state === DeviceState.ACTIVE);
    this.#connection.send({ checkIn });
  }

  async #exchangeBeacon(turn: number): Promise<void> {
    const reply = await this.#sendBeacon(this.#gateway(turn), () => ({
      agentId: this.#deps.identity.current.deviceId,
      agentVersion: AGENT_VERSION,
      beacon: {
        hello: this.#hello(),
        checkIn: this.#parts.checkIns.next(true),
        commandUpdates: this.#parts.reports.forBeacon(),
        instances: { instances: this.#parts.telemetry.instances },
      },
    }));
    this.#takeBeaconReply(reply);
  }

  #takeBeaconReply(reply: BeaconReply): void {
    if (reply.rejected) {
      this.#deps.log.warn(
        `the server refuses this device (${reply.rejected.code}): ${reply.rejected.message}`,
      );
      this.#rejected(reply.rejected, this.#beaconKey);
      return;
    }
    this.#state = reply.state;
    this.#isClone = false;
    this.#deps.keys.accepted(this.#beaconKey);
    if (reply.checkInReply) {
      this.#parts.checkIns.answered(reply.checkInReply);
      this.#anchor(reply.checkInReply.serverTimeMs);
      this.#apply(reply.checkInReply.settings, reply.checkInReply.newToken);
    }
    for (const { commandId, state } of reply.commandUpdateAcks)
      this.#parts.commands.updates.acknowledged(commandId, state);
    const learnt = this.#trust.learn(reply.keys);
    for (const { envelope, commandId } of reply.commands) {
      void learnt.then(() => this.#parts.commands.deliver(envelope, commandId));
    }
    for (const { commandId } of reply.cancels) this.#parts.commands.cancel(commandId);
  }
}
