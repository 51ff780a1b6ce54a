import { existsSync, statSync } from 'node:fs';
import { Finding, type Found } from '../../../inventory/item.ts';
import { containerOf, parseRelease, readFacts } from '../facts.ts';
import { readText } from '../proc-file.ts';

/** What runs on this machine. */
export async function readSystem(root: string): Promise<Found> {
  const finding = new Finding();
  await finding.part('system', () => {
    const facts = readFacts(root);
    const container = containerOf(root);
    const release = parseRelease(readText(`${root}/etc/os-release`) ?? '');
    finding.add('system', 'system', {
      name: facts.osName ?? 'Linux',
      version: facts.osVersion ?? '',
      build: facts.osBuild || null,
      kernel: facts.kernel || null,
      edition: release.get('VARIANT') ?? null,
      installedAt: installedAt(root),
      locale: readLocale(root),
      timezone: facts.timezone || null,
      domain: domainOf(root),
      // Facts have one word for both; a container is no virtual machine.
      virtualisation: container ? null : facts.virtualisation || null,
      container: container ?? null,
      restartNeeded: isRestartNeeded(root),
    });
  });
  return finding.found;
}

/** The root folder's birth, where the file system keeps one; else the machine id, which is written at the first boot. */
function installedAt(root: string): string | null {
  for (const path of [`${root}/etc/machine-id`, `${root}/lost+found`]) {
    try {
      return new Date(Math.floor(statSync(path).mtimeMs / 1000) * 1000).toISOString();
    } catch {
      // not there
    }
  }
  return null;
}

function readLocale(root: string): string | null {
  const text = readText(`${root}/etc/default/locale`) ?? readText(`${root}/etc/locale.conf`) ?? '';
  return /^LANG="?([^"\n]+)/m.exec(text)?.[1] ?? null;
}

/** A realm that sssd or Samba joined. */
function domainOf(root: string): string | null {
  const sssd = readText(`${root}/etc/sssd/sssd.conf`) ?? '';
  const samba = readText(`${root}/etc/samba/smb.conf`) ?? '';
  return /^\s*domains\s*=\s*([^,\s]+)/m.exec(sssd)?.[1] ?? /^\s*realm\s*=\s*(\S+)/im.exec(samba)?.[1] ?? null;
}

/** Debian's own mark, else an installed kernel that is newer than the one that runs cannot be told: null. */
function isRestartNeeded(root: string): boolean | null {
  if (existsSync(`${root}/run/reboot-required`) || existsSync(`${root}/var/run/reboot-required`)) return true;
  return existsSync(`${root}/var/lib/dpkg/status`) ? false : null;
}
