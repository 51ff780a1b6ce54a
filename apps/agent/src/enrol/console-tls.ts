import type { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { AgentSettings } from '../config/settings.ts';

/** TLS options for the console listener, as Bun's fetch takes them. */
export type ConsoleTls = {
  readonly ca?: string;
  readonly serverName?: string;
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
};

type Trust = Pick<AgentSettings, 'serverCertificate' | 'pin'>;

/**
 * With a certificate file only that certificate is believed, under the name that it carries, whatever address is
 * dialled. A pin is checked against the file and again against the server. Without either, the system's trust decides.
 * The runtime's TLS modules are loaded here and not before: a running agent has no use for them.
 */
export async function consoleTls({ serverCertificate, pin }: Trust): Promise<ConsoleTls> {
  const { X509Certificate } = await import('node:crypto');
  const { checkServerIdentity } = await import('node:tls');
  const base =
    serverCertificate === undefined
      ? {}
      : pinnedCertificate(serverCertificate, new X509Certificate(serverCertificate), pin);
  if (pin === undefined) return base;
  return {
    ...base,
    checkServerIdentity: (host, certificate) =>
      checkServerIdentity(host, certificate) ??
      (publicKeyPin(new X509Certificate(certificate.raw)) === pin
        ? undefined
        : new Error("the server's key is not the pinned one")),
  };
}

function pinnedCertificate(pem: string, certificate: X509Certificate, pin: string | undefined): ConsoleTls {
  if (pin !== undefined && publicKeyPin(certificate) !== pin) {
    throw new Error(
      'the certificate file does not have the pinned key: get the install line again from the console',
    );
  }
  const [, name] = /DNS:([^,\s]+)/.exec(certificate.subjectAltName ?? '') ?? [];
  if (name === undefined) throw new Error('the certificate file names no server (no DNS name in it)');
  return { ca: pem, serverName: name };
}

/** As curl's --pinnedpubkey writes it: sha256// and the base64 of the SHA-256 of the SubjectPublicKeyInfo. */
export function publicKeyPin(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256//${new Bun.CryptoHasher('sha256').update(spki).digest('base64')}`;
}

/** Throws unless the address is https, or http on this very machine. Returns it without a path. */
export function consoleAddress(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new Error(`"${server}" is not an address like https://muster.example.org:8080`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Error(`${server}: an enrolment token goes over https, except to this very machine`);
  }
  return url.origin;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
