import { join } from 'node:path';
import { type ConsoleReach, pinCallback } from '../domain/install-lines.ts';

/** What an installer is made for: one server, as one machine reaches it. */
export type InstallerInput = {
  readonly reach: ConsoleReach;
  /** PEM that the agent shall believe; undefined where the system's trust decides. */
  readonly certificate: string | undefined;
  /** SHA-256 in hex of the builds that are ready, by platform. */
  readonly hashes: Readonly<Record<string, string>>;
};

/** The installer for a shell; templates are read once a call, so that a changed file needs no restart. */
export async function renderInstaller(kind: 'sh' | 'ps1', input: InstallerInput): Promise<string> {
  const template = await Bun.file(join(import.meta.dir, `install.${kind}`)).text();
  const values = valuesOf(input);
  return template.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole);
}

function valuesOf({ reach, certificate, hashes }: InstallerInput): Record<string, string> {
  const { url, tls } = reach;
  const branches = Object.entries(hashes).map(([platform, hash]) => `    ${platform}) echo ${hash} ;;`);
  return {
    URL: url,
    CURL_FLAGS: tls.kind === 'own' ? `-k --pinnedpubkey sha256//${tls.pin}` : '',
    PIN_CALLBACK: tls.kind === 'own' ? pinCallback(tls.pin) : '',
    CERTIFICATE: certificate?.trim() ?? '',
    HASHES: branches.join('\n'),
    WINDOWS_HASH: hashes['windows-amd64'] ?? '',
  };
}
