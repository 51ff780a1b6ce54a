import type { Options } from '../config/options.ts';
import { print } from '../log/print.ts';
import type { System } from '../os/os.ts';
import { enrolMachine } from './enrol-here.ts';

/** `muster-agent install`: enrols, so that a wrong token fails here and now, then puts the service in place. */
export async function install(system: System, options: Options): Promise<number> {
  const { identity } = await enrolMachine(system, options);
  const { serverName } = identity.current;
  await system.service.install({ source: process.execPath, serverName: serverName || 'a Muster server' });
  print(`The service runs. "${system.places.executable} status" says how it stands.`);
  return 0;
}
