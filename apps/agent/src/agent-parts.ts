import type { Clock } from './clock.ts';
import { CATALOGUE } from './commands/catalogue.gen.ts';
import { CommandJournal } from './commands/command-journal.ts';
import { Commands } from './commands/commands.ts';
import { ReportUpdates } from './commands/report-updates.ts';
import type { AgentSettings } from './config/settings.ts';
import { EXECUTORS } from './executors/index.ts';
import type { DeviceKeys } from './identity/device-keys.ts';
import type { IdentityStore } from './identity/identity.ts';
import { KeyRotation } from './identity/key-rotation.ts';
import { createSave } from './identity/save.ts';
import type { Trust } from './identity/trust.ts';
import { runCollecting } from './inventory/collecting-process.ts';
import { Inventory } from './inventory/inventory.ts';
import type { Log } from './log/log.ts';
import type { System } from './os/os.ts';
import { CheckIns } from './telemetry/check-ins.ts';
import { ReportFacts } from './telemetry/report-facts.ts';
import { ServerClock } from './telemetry/server-clock.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import type { Draft } from './wire/codec.ts';
import type { AgentFrame } from './wire/messages.gen.ts';

export type AgentDeps = {
  readonly system: System;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly identity: IdentityStore;
  readonly keys: DeviceKeys;
  readonly settings: AgentSettings;
};

/** The ways to the server, as the parts see them. */
export type AgentLink = {
  /** By socket; false when it was not sent. */
  readonly send: (frame: Draft<AgentFrame>, mayBeLost?: boolean) => boolean;
  /** Something waits that a beacon can carry. */
  readonly hurry: () => void;
  /** A sample was taken. */
  readonly ticked: (closedMinute: boolean) => void;
};

/** What an agent consists of beside its ways to the server. */
export type AgentParts = ReturnType<typeof createParts>;

/** Makes the parts in the order in which they need each other. */
export function createParts(deps: AgentDeps, trust: Trust, link: AgentLink) {
  const { system, clock, random, log, identity, keys } = deps;
  const save = createSave(identity.folder, log);
  const time = new ServerClock(clock, identity.current.clockOffsetMs);
  const serverNowMs = () => time.now();
  const telemetry = new Telemetry({
    clock,
    time,
    folder: identity.folder,
    system,
    sampled: (sample) => void link.send({ sample }, true),
    ticked: link.ticked,
  });
  const checkIns = new CheckIns({ clock, telemetry });
  const inventory = new Inventory({
    clock,
    random,
    log,
    serverNowMs,
    folder: identity.folder,
    collect: (categories, atMs, signal) => runCollecting(identity.folder, categories, atMs, signal),
    send: (frame) => link.send(frame),
  });
  const { commandJournal, commands, reports } = createCommandSide(deps, trust, {
    link,
    serverNowMs,
    inventory,
  });
  const facts = new ReportFacts({ clock, system, log, send: (news) => void link.send({ facts: news }) });
  const rotation = new KeyRotation({
    identity,
    keys,
    log,
    random,
    monotonicMs: () => clock.monotonicMs(),
    serverNowMs,
    offer: (keyRotation) => link.send({ keyRotation }),
    save,
  });
  return { save, time, telemetry, checkIns, commandJournal, commands, reports, facts, inventory, rotation };
}

function createCommandSide(
  { system, clock, log, identity, settings }: AgentDeps,
  trust: Trust,
  { link, serverNowMs, inventory }: { link: AgentLink; serverNowMs: () => number; inventory: Inventory },
) {
  const { deviceId, installationId } = identity.current;
  const commandJournal = new CommandJournal(identity.folder.file('commands.journal'));
  const commands: Commands = new Commands({
    system,
    inventory,
    clock,
    log,
    journal: commandJournal,
    catalogue: CATALOGUE,
    executors: EXECUTORS,
    installationId,
    deviceId,
    policy: settings.policy,
    statements: () => trust.statements,
    serverNowMs,
    send: (update) => reports.report(update),
  });
  const reports: ReportUpdates = new ReportUpdates({
    clock,
    serverNowMs,
    updates: () => commands.updates,
    send: (commandUpdate) => link.send({ commandUpdate }),
    hurry: link.hurry,
  });
  return { commandJournal, commands, reports };
}
