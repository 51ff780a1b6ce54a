import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Finding, type Found } from '../../../inventory/item.ts';
import { run } from '../../run.ts';
import { readText } from '../proc-file.ts';
import { isEncrypted } from './hardware.ts';
import { readListeningPorts } from './ports.ts';

/** IV-5: what protects this machine, as far as it can be seen from files and from the kernel. */
export async function readSecurity(root: string): Promise<Found> {
  const finding = new Finding();
  await finding.part('firewall', () => readFirewall(root, finding));
  await finding.part('encryption', () => readEncryption(root, finding));
  await finding.part('antivirus', () => readAntivirus(root, finding));
  await finding.part('confinement', () => readConfinement(root, finding));
  await finding.part('elevation', () => readElevation(root, finding));
  await finding.part('secure boot', () => readSecureBoot(root, finding));
  await finding.part('ports', () => readListeningPorts(root, finding));
  return finding.found;
}

/** Rules of the kernel count, whoever wrote them: a firewall that is configured and not loaded protects nothing. */
async function readFirewall(root: string, finding: Finding): Promise<void> {
  const ufw = readText(`${root}/etc/ufw/ufw.conf`);
  if (ufw !== undefined)
    finding.add('firewall', 'ufw', { state: /^ENABLED=yes/m.test(ufw) ? 'on' : 'off', detail: null });
  if (existsSync(`${root}/etc/firewalld`)) {
    const runs = existsSync(`${root}/run/firewalld`);
    finding.add('firewall', 'firewalld', { state: runs ? 'on' : 'off', detail: null });
  }
  if (root !== '') return;
  const rules = await run(['nft', '--json', 'list', 'ruleset']).catch(() => undefined);
  const count = rules === undefined ? countLegacyRules() : countRules(rules);
  finding.add('firewall', 'kernel', {
    state: count === undefined ? 'unknown' : count > 0 ? 'on' : 'off',
    detail: count === undefined ? 'nft is not installed' : `${count} rules`,
  });
}

/** Rules in a listing of nft. */
export function countRules(json: string): number {
  const { nftables = [] } = JSON.parse(json || '{}') as { nftables?: readonly object[] };
  return nftables.filter((entry) => 'rule' in entry).length;
}

/** Without nft: whether the kernel has tables of iptables loaded at all. */
function countLegacyRules(): number | undefined {
  const names = readText('/proc/net/ip_tables_names');
  return names === undefined ? undefined : names === '' ? 0 : undefined;
}

function readEncryption(root: string, finding: Finding): void {
  for (const line of (readText(`${root}/proc/self/mounts`) ?? '').split('\n')) {
    const [device = '', mount = ''] = line.split(' ');
    if (!['/', '/home', '/var', '/boot'].includes(mount)) continue;
    const encrypted = isEncrypted(root, device);
    finding.add('encryption', mount, {
      state: encrypted === null ? 'unknown' : encrypted ? 'on' : 'off',
      method: encrypted ? 'dm-crypt' : null,
    });
  }
}

/** ClamAV, the antivirus that distributions carry: its daemon, and the age of what it knows. */
function readAntivirus(root: string, finding: Finding): void {
  const definitions = ['daily.cld', 'daily.cvd']
    .map((name) => `${root}/var/lib/clamav/${name}`)
    .find((one) => existsSync(one));
  const isInstalled = existsSync(`${root}/usr/sbin/clamd`) || existsSync(`${root}/usr/bin/clamscan`);
  if (!isInstalled && !definitions) return;
  const header = definitions ? readFileSync(definitions).subarray(0, 512).toString('latin1').split(':') : [];
  finding.add('antivirus', 'ClamAV', {
    state: existsSync(`${root}/run/clamav/clamd.ctl`) ? 'on' : 'off',
    version: null,
    definitionsAt: definitions ? new Date(Math.floor(statSync(definitions).mtimeMs)).toISOString() : null,
    definitionsVersion: header[2] ?? null,
    realTime: existsSync(`${root}/usr/sbin/clamonacc`) && existsSync(`${root}/run/clamav/clamonacc.pid`),
  });
}

function readConfinement(root: string, finding: Finding): void {
  const enforce = readText(`${root}/sys/fs/selinux/enforce`);
  if (enforce !== undefined) {
    const mode = enforce === '1' ? 'enforcing' : 'permissive';
    finding.add('confinement', 'selinux', { state: enforce === '1' ? 'on' : 'partly', mode, profiles: null });
  }
  if (readText(`${root}/sys/module/apparmor/parameters/enabled`) !== 'Y') return;
  const profiles = readText(`${root}/sys/kernel/security/apparmor/profiles`)?.split('\n').filter(Boolean);
  const enforced = profiles?.filter((line) => line.endsWith('(enforce)')).length ?? 0;
  finding.add('confinement', 'apparmor', {
    state: profiles === undefined ? 'unknown' : enforced > 0 ? 'on' : 'partly',
    mode: enforced > 0 ? 'enforcing' : 'loaded',
    profiles: profiles?.length ?? null,
  });
}

/** Whether somebody can become root without a password. */
function readElevation(root: string, finding: Finding): void {
  const main = readText(`${root}/etc/sudoers`);
  if (main === undefined) return;
  const folder = `${root}/etc/sudoers.d`;
  const more = existsSync(folder)
    ? readdirSync(folder).map((name) => readText(`${folder}/${name}`) ?? '')
    : [];
  const lines = [main, ...more].join('\n').split('\n');
  const free = lines.filter((line) => /^[^#]*NOPASSWD/.test(line)).length;
  finding.add('elevation', 'sudo', {
    state: free > 0 ? 'partly' : 'on',
    detail: free > 0 ? `${free} rules without a password` : null,
  });
}

/** An EFI variable: four bytes of attributes, then the value. */
function readSecureBoot(root: string, finding: Finding): void {
  const folder = `${root}/sys/firmware/efi/efivars`;
  if (!existsSync(folder)) return;
  const name = readdirSync(folder).find((one) => one.startsWith('SecureBoot-'));
  if (!name) return;
  finding.add('boot', 'secure-boot', { state: readFileSync(`${folder}/${name}`)[4] === 1 ? 'on' : 'off' });
}
