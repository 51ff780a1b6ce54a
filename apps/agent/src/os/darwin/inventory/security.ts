import { Finding, type Found } from '../../../inventory/item.ts';
import { addPorts } from '../../listening-ports.ts';
import { readConnections } from '../connections.ts';
import type { MacSource } from './profiler.ts';

const FIREWALL = '/usr/libexec/ApplicationFirewall/socketfilterfw';
const XPROTECT = '/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info';
/** Sockets of which the listening ones are picked. */
const MOST_SOCKETS = 20_000;

/** What the programs that keep the protection say of themselves; undefined where one is missing. */
export type Said = {
  readonly firewall: string | undefined;
  readonly fileVault: string | undefined;
  readonly gatekeeper: string | undefined;
  readonly integrity: string | undefined;
  readonly xprotect: string | undefined;
};

/** IV-5: firewall, disk encryption, Gatekeeper, integrity protection, XProtect and open ports. */
export async function readSecurity({ run }: MacSource): Promise<Found> {
  const finding = new Finding();
  const words = { anyCode: true };
  await finding.part('protection', async () =>
    addProtection(finding, {
      firewall: await run([FIREWALL, '--getglobalstate'], words),
      fileVault: await run(['fdesetup', 'status'], words),
      gatekeeper: await run(['spctl', '--status'], words),
      integrity: await run(['csrutil', 'status'], words),
      xprotect: await run(['defaults', 'read', XPROTECT, 'CFBundleShortVersionString'], words),
    }),
  );
  await finding.part('ports', async () =>
    addPorts(finding, (await readConnections(MOST_SOCKETS)).connections),
  );
  return finding.found;
}

/** Puts the states into the categories that every system has. */
export function addProtection(finding: Finding, said: Said): void {
  const [, number] = /State = (\d)/.exec(said.firewall ?? '') ?? [];
  finding.add('firewall', 'application firewall', {
    state: number === undefined ? 'unknown' : number === '0' ? 'off' : 'on',
    detail: number === '2' ? 'lets nothing in' : null,
  });
  finding.add('encryption', '/', {
    state: /in progress/i.test(said.fileVault ?? '') ? 'partly' : stateOf(said.fileVault, /is On/, /is Off/),
    method: 'FileVault',
  });
  const confinements = {
    gatekeeper: stateOf(said.gatekeeper, /assessments enabled/, /assessments disabled/),
    'system integrity protection': stateOf(said.integrity, /status: enabled/, /status: disabled/),
  };
  for (const [name, state] of Object.entries(confinements))
    finding.add('confinement', name, { state, mode: null, profiles: null });
  const definitions = said.xprotect?.trim() ?? '';
  if (!/^\d+$/.test(definitions)) return;
  finding.add('antivirus', 'XProtect', {
    ...{ state: 'on', version: null, definitionsAt: null, definitionsVersion: definitions, realTime: true },
  });
}

const stateOf = (said: string | undefined, on: RegExp, off: RegExp) =>
  on.test(said ?? '') ? 'on' : off.test(said ?? '') ? 'off' : 'unknown';
