import { Finding, type Found } from '../../../inventory/item.ts';
import type { Connections } from '../../connection-list.ts';
import { addPorts } from '../../listening-ports.ts';
import { type AntivirusSource, readAntivirus } from './antivirus.ts';
import { addEncryption, type Protections } from './encryption.ts';
import { numberOf } from './registry-tree.ts';

const FIREWALL = 'SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const FIREWALL_POLICY = 'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';
const PROFILES = { domain: 'DomainProfile', private: 'StandardProfile', public: 'PublicProfile' } as const;
const ELEVATION = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System';
const SECURE_BOOT = 'SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State';

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

/** What Windows is asked for; each throws when it refuses. */
export type SecuritySource = AntivirusSource & {
  protections(): Promise<Protections>;
  sockets(): Connections;
};

/**
 * IV-5, IV-6: what the registry and the shell tell of the machine's protection, and the ports that are open. A group policy counts
 * before the machine's own setting.
 */
export async function readSecurity(source: SecuritySource): Promise<Found> {
  const { registry } = source;
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
  await finding.part('encryption', async () => addEncryption(await source.protections(), finding));
  await finding.part('antivirus', () => readAntivirus(source, finding));
  await finding.part('ports', () => addPorts(finding, source.sockets().connections));
  return finding.found;
}
