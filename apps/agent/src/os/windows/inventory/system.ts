import { Finding, type Found } from '../../../inventory/item.ts';
import { numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const TCPIP = 'SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
const INTERNATIONAL = '.DEFAULT\\Control Panel\\International';
/** Each exists for as long as a restart is waited for. */
const PENDING = [
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
];

/** What the agent's facts tell already. */
export type KnownSystem = {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly timezone: string;
  readonly virtualisation: string;
};

/** The operating system, from the registry and what is known. */
export function readSystem(registry: RegistryTree, known: KnownSystem): Found {
  const finding = new Finding();
  const current = registry.values({ path: CURRENT_VERSION });
  const installed = numberOf(current, 'InstallDate');
  finding.add('system', 'system', {
    name: known.name,
    version: known.version,
    build: known.build || null,
    kernel: known.version || null,
    edition: textOf(current, 'EditionID'),
    installedAt: installed ? new Date(installed * 1000).toISOString() : null,
    locale: textOf(registry.values({ root: 'users', path: INTERNATIONAL }), 'LocaleName'),
    timezone: known.timezone || null,
    domain: textOf(registry.values({ path: TCPIP }), 'Domain'),
    virtualisation: known.virtualisation || null,
    container: null,
    restartNeeded: PENDING.some((path) => registry.values({ path }) !== undefined),
  });
  return finding.found;
}
