import { Finding, type Found } from '../../../inventory/item.ts';
import type { Connections } from '../../connection-list.ts';
import { addPorts } from '../../listening-ports.ts';
import { instantOf, numberOf, type RegistryTree, textOf } from './registry-tree.ts';

const FIREWALL = 'SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const FIREWALL_POLICY = 'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';
const PROFILES = { domain: 'DomainProfile', private: 'StandardProfile', public: 'PublicProfile' } as const;
const ELEVATION = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System';
const SECURE_BOOT = 'SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State';
const DEFENDER = 'SOFTWARE\\Microsoft\\Windows Defender';
const DEFENDER_POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows Defender';

/** ConsentPromptBehaviorAdmin. */
const PROMPTS: Readonly<Record<number, string>> = {
  0: 'administrators are not asked',
  1: 'administrators give their password on the secure desktop',
  2: 'administrators agree on the secure desktop',
  3: 'administrators give their password',
  4: 'administrators agree',
  5: 'administrators agree for programs that are not of Windows',
};

const stateOf = (value: number | null) => (value === null ? 'unknown' : value === 0 ? 'off' : 'on');

/**
 * IV-5, IV-6: what the registry tells of the machine's protection, and the ports that are open. A group policy counts
 * before the machine's own setting.
 */
export async function readSecurity(registry: RegistryTree, sockets: () => Connections): Promise<Found> {
  const finding = new Finding();
  const number = (path: string, name: string) => numberOf(registry.values({ path }), name);
  for (const [profile, key] of Object.entries(PROFILES)) {
    const byPolicy = number(`${FIREWALL_POLICY}\\${key}`, 'EnableFirewall');
    const state = stateOf(byPolicy ?? number(`${FIREWALL}\\${key}`, 'EnableFirewall'));
    const detail = byPolicy === null ? null : 'set by group policy';
    finding.add('firewall', `windows ${profile}`, { state, detail });
  }
  const prompt = number(ELEVATION, 'ConsentPromptBehaviorAdmin');
  finding.add('elevation', 'uac', {
    state: stateOf(number(ELEVATION, 'EnableLUA')),
    detail: prompt === null ? null : (PROMPTS[prompt] ?? null),
  });
  finding.add('boot', 'secure-boot', { state: stateOf(number(SECURE_BOOT, 'UEFISecureBootEnabled')) });
  readDefender(registry, finding);
  await finding.part('ports', () => addPorts(finding, sockets().connections));
  return finding.found;
}

function readDefender(registry: RegistryTree, finding: Finding): void {
  const own = registry.values({ path: DEFENDER });
  if (!own) return;
  const either = (name: string, below = '') =>
    numberOf(registry.values({ path: `${DEFENDER_POLICY}${below}` }), name) ??
    numberOf(registry.values({ path: `${DEFENDER}${below}` }), name) ??
    0;
  const isOff = either('DisableAntiSpyware') === 1 || either('DisableAntiVirus') === 1;
  const realTime = !isOff && either('DisableRealtimeMonitoring', '\\Real-Time Protection') === 0;
  const definitions = registry.values({ path: `${DEFENDER}\\Signature Updates` });
  const at = definitions?.SignaturesLastUpdated;
  finding.add('antivirus', 'Microsoft Defender', {
    state: isOff ? 'off' : realTime ? 'on' : 'partly',
    version: textOf(definitions, 'EngineVersion'),
    definitionsAt: at instanceof Uint8Array && at.length >= 8 ? instantOf(ticksOf(at)) : null,
    definitionsVersion: textOf(definitions, 'AVSignatureVersion'),
    realTime,
  });
}

const ticksOf = (bytes: Uint8Array): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true);
