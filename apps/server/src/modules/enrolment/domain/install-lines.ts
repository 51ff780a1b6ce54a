import type { InstallLine } from '@muster/contracts';
import type { z } from 'zod';

type Line = z.infer<typeof InstallLine>;

/**
 * How a machine reaches the console listener. none: plain HTTP, on loopback only. own: a certificate that Muster made,
 * so its key is pinned. given: the operator's certificate, for which the system's trust decides.
 */
export type ConsoleReach = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly tls: { readonly kind: 'none' | 'given' } | { readonly kind: 'own'; readonly pin: string };
};

/**
 * The lines to paste on a new machine. The token travels in the environment: no URL has it and no argument list, which
 * everybody on the machine can read, that of sudo included.
 */
export function installLines(reach: ConsoleReach, secret: string): Line[] {
  const shell = shellLine(reach, secret);
  return [
    { system: 'linux', shell: 'sh', line: shell },
    { system: 'windows', shell: 'powershell', line: powershellLine(reach, secret) },
    { system: 'darwin', shell: 'sh', line: shell },
  ];
}

function shellLine({ url, tls }: ConsoleReach, secret: string): string {
  // With a pin, -k leaves out the chain (no authority signed it) and curl still refuses any other key.
  const flags = tls.kind === 'own' ? `-fsSk --pinnedpubkey sha256//${tls.pin}` : '-fsS';
  return `curl ${flags} ${url}/install.sh | MUSTER_TOKEN=${secret} sudo --preserve-env=MUSTER_TOKEN sh`;
}

/**
 * Windows PowerShell 5.1. With a pin the callback compares the key of whoever answers: the SubjectPublicKeyInfo of a
 * P-256 certificate is a fixed prefix and the point, which is what .NET's GetPublicKey returns.
 */
function powershellLine({ url, tls }: ConsoleReach, secret: string): string {
  const protocol = '[Net.ServicePointManager]::SecurityProtocol=3072';
  const pin = tls.kind === 'own' ? `${pinCallback(tls.pin)};` : '';
  const fetchScript = `(New-Object Net.WebClient).DownloadString('${url}/install.ps1')`;
  return `$env:MUSTER_TOKEN='${secret}';${protocol};${pin}iex ${fetchScript}`;
}

/** DER of the SubjectPublicKeyInfo that stands before the 65 bytes of a P-256 point. */
const P256_PREFIX_BASE64 = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=';

/** PowerShell that lets TLS through only for the pinned key; needs 5.1 and no module. */
export function pinCallback(pin: string): string {
  const spki = `[Convert]::FromBase64String('${P256_PREFIX_BASE64}')+$c.GetPublicKey()`;
  const hash = `[Convert]::ToBase64String([Security.Cryptography.SHA256]::Create().ComputeHash([byte[]](${spki})))`;
  return `[Net.ServicePointManager]::ServerCertificateValidationCallback={param($s,$c,$h,$e)${hash} -ceq '${pin}'}`;
}
