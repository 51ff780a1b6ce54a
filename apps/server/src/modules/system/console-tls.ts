import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import type { Trust } from '../../platform/crypto/index.ts';
import type { ConsoleCertificate } from './addresses.ts';

/** Key and chain of the console listeners, and what others have to know of them. */
export type ConsoleTls = {
  readonly listener: { readonly key: string; readonly cert: string };
  readonly certificate: ConsoleCertificate;
};

/** The operator's files where they are given, else a certificate of Muster's own for every address of this machine. */
export async function loadConsoleTls(
  files: { readonly tlsCert?: string | undefined; readonly tlsKey?: string | undefined },
  trust: Pick<Trust, 'consoleTls'>,
): Promise<ConsoleTls> {
  if (files.tlsCert !== undefined && files.tlsKey !== undefined) {
    const cert = readFileSync(files.tlsCert, 'utf8');
    const names = namesIn(new X509Certificate(cert).subjectAltName ?? '');
    return {
      listener: { cert, key: readFileSync(files.tlsKey, 'utf8') },
      certificate: { kind: 'given', names },
    };
  }
  const { key, cert, pin } = await trust.consoleTls([hostname(), ...ownAddresses()]);
  return { listener: { key, cert }, certificate: { kind: 'own', pin, pem: cert } };
}

function namesIn(subjectAltName: string): string[] {
  return [...subjectAltName.matchAll(/DNS:([a-z0-9.-]+)/gi)].map((match) => match[1] ?? '');
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address)
    .filter((address) => !/^fe80:/i.test(address));
}
