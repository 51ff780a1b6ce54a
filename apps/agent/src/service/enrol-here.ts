import type { Options } from '../config/options.ts';
import { type AgentSettings, readSettings, writeSettings } from '../config/settings.ts';
import { consoleAddress } from '../enrol/console-tls.ts';
import { type Enrolled, enrol } from '../enrol/enrol.ts';
import { print } from '../log/print.ts';
import type { System } from '../os/os.ts';
import { openStateFolder } from './open-state-folder.ts';

/** EN-1: exchanges the token for an identity and says how that went. Used by `enrol` and by `install`. */
export async function enrolMachine(system: System, options: Options): Promise<Enrolled> {
  const folder = openStateFolder(system, options);
  const settings = mergeSettings(readSettings(folder), options);
  if (!options.token)
    throw new Error('no enrolment token: set MUSTER_TOKEN, or name a file with --token-file');
  const enrolled = await enrol({ system, folder, settings }, options.token, options.tags);
  writeSettings(folder, settings);
  const { deviceId, serverName } = enrolled.identity.current;
  const verb = enrolled.repaired ? 'is enrolled already and was repaired' : 'is enrolled';
  print(`This machine ${verb} at ${serverName} as ${deviceId}.`);
  if (enrolled.pending) print('It waits for approval in the console.');
  return enrolled;
}

/** `muster-agent enrol`. */
export async function enrolHere(system: System, options: Options): Promise<number> {
  await enrolMachine(system, options);
  return 0;
}

/** What the flags say, else what an earlier install said. A policy, once set here, only changes by flag. */
function mergeSettings(earlier: AgentSettings | undefined, options: Options): AgentSettings {
  const server = options.server ?? earlier?.server;
  if (!server) throw new Error('which server? Name it with --server https://… or MUSTER_SERVER');
  const isSame = options.server === undefined;
  return {
    server: consoleAddress(server),
    serverCertificate: options.serverCertificate ?? (isSame ? earlier?.serverCertificate : undefined),
    pin: options.pin ?? (isSame ? earlier?.pin : undefined),
    proxy: options.proxy ?? earlier?.proxy,
    policy: options.policy ?? earlier?.policy ?? 'control',
  };
}
