import { copyFileSync, existsSync } from 'node:fs';
import type { Options } from '../config/options.ts';
import { readSettings } from '../config/settings.ts';
import { AGENT_VERSION } from '../config/version.ts';
import { IdentityStore } from '../identity/identity.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import { MinuteJournal } from '../journal/minute-journal.ts';
import { print } from '../log/print.ts';
import type { System } from '../os/os.ts';
import { findHolder } from './hold-folder.ts';
import { openStateFolder } from './open-state-folder.ts';
import { readStanding } from './standing.ts';

/** `muster-agent status`: how this agent stands, for people, or with --json for programs. Exit code 0 means connected. */
export async function printStatus(system: System, options: Options): Promise<number> {
  const folder = openStateFolder(system, options);
  const identity = IdentityStore.read(folder)?.current;
  const settings = readSettings(folder);
  const holder = findHolder(folder, system);
  const standing = holder ? readStanding(folder) : undefined;
  const status = {
    version: AGENT_VERSION,
    enrolled: identity !== undefined,
    deviceId: identity?.deviceId ?? null,
    server: settings?.server ?? null,
    serverName: identity?.serverName ?? null,
    policy: settings?.policy ?? null,
    service: await system.service.state(),
    processId: holder?.pid ?? null,
    connection: standing?.connection ?? 'not running',
    connectionSince: standing?.since ?? null,
    minutesWaiting: identity ? waitingMinutes(folder) : null,
  };
  print(options.json ? `${JSON.stringify(status)}` : describe(status));
  return status.connection === 'ready' ? 0 : 3;
}

/** Read from a copy: the journal belongs to the agent that runs. */
function waitingMinutes(folder: StateFolder): number {
  if (!existsSync(folder.file('minutes.journal'))) return 0;
  const copy = folder.file('minutes.status');
  copyFileSync(folder.file('minutes.journal'), copy);
  try {
    return new MinuteJournal(copy).waiting;
  } finally {
    folder.remove('minutes.status');
  }
}

type Status = Readonly<Record<string, string | number | boolean | null>>;

const WORDS: Readonly<Record<string, string>> = {
  ready: 'connected',
  waiting: 'not connected; trying again',
  dialling: 'connecting',
  proving: 'connecting',
  refused: 'refused by the server: see the log',
  ended: 'ending',
};

function describe(status: Status): string {
  const lines = [
    `Muster agent ${status.version}`,
    `  enrolled    ${status.enrolled ? `as ${status.deviceId} at ${status.serverName}` : 'no: run "muster-agent install"'}`,
    `  server      ${status.server ?? '-'}`,
    `  policy      ${status.policy ?? '-'}`,
    `  service     ${status.service}`,
    `  process     ${status.processId ?? 'not running'}`,
    `  connection  ${WORDS[String(status.connection)] ?? status.connection}`,
    `  telemetry   ${status.minutesWaiting ?? 0} minutes wait to be sent`,
  ];
  return lines.join('\n');
}
