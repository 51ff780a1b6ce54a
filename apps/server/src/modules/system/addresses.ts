import { isIPv6 } from 'node:net';
import type { Door } from './doors.ts';

/** How somebody gets to the console listener, and what vouches for it there. */
export type ConsoleReach = {
  readonly url: string;
  readonly tls: { readonly kind: 'none' | 'given' } | { readonly kind: 'own'; readonly pin: string };
};

/** The certificate of the console beyond loopback: Muster's own, or one that the operator gave. */
export type ConsoleCertificate =
  | { readonly kind: 'own'; readonly pin: string; readonly pem: string }
  | { readonly kind: 'given'; readonly names: readonly string[] };

/** Where this server can be reached, for install lines, enrolment and the system page. */
export interface Addresses {
  /** URLs of the console; what other machines can use comes first, loopback last. */
  consoleUrls(): string[];
  /** `host:port` of the gateway, in the same order. */
  gatewayAddresses(): string[];
  tls(): 'none' | 'own' | 'given';
  console(address?: string): ConsoleReach;
  consoleAt(host: string, secure: boolean): ConsoleReach;
  consoleCertificate(secure: boolean): string | undefined;
  /** `host:port` for a machine that called the console `host` (which may carry a port). */
  gateways(host: string): string[];
  readonly serverName: () => Promise<string>;
}

/** `doors` is asked each time: they open while the server runs. */
export function createAddresses(parts: {
  readonly doors: () => readonly Door[];
  readonly certificate: ConsoleCertificate;
  readonly serverName: () => Promise<string>;
}): Addresses {
  const { doors, certificate } = parts;
  const open = () => [...doors()].sort((a, b) => Number(b.secure) - Number(a.secure));
  const consoleUrls = () => [...new Set(open().flatMap((door) => urlsOf(door, certificate)))];
  const gatewayAddresses = () => open().map((door) => `${bracketed(door.address)}:${door.gatewayPort}`);
  const reach = (url: string): ConsoleReach => ({
    url,
    tls: url.startsWith('https:') ? kindOf(certificate) : { kind: 'none' },
  });
  return {
    serverName: parts.serverName,
    consoleUrls,
    gatewayAddresses,
    tls: () => (doors().some((door) => door.secure) ? certificate.kind : 'none'),
    console: (address) => {
      const urls = consoleUrls();
      const asked =
        address &&
        urls.find(
          (url) =>
            url === address || new URL(url).host === address || new URL(url).hostname === bracketed(address),
        );
      return reach(asked || (urls[0] ?? ''));
    },
    consoleAt: (host, secure) => reach(`${secure ? 'https' : 'http'}://${host}`),
    consoleCertificate: (secure) => (secure && certificate.kind === 'own' ? certificate.pem : undefined),
    gateways: (host) => {
      const called = new URL(`http://${host}`).hostname;
      const port = doors()[0]?.gatewayPort ?? 0;
      const others = open().filter((door) => door.secure);
      return [
        ...new Set([
          `${called}:${port}`,
          ...others.map((door) => `${bracketed(door.address)}:${door.gatewayPort}`),
        ]),
      ];
    },
  };
}

function urlsOf(door: Door, certificate: ConsoleCertificate): string[] {
  if (!door.secure) return [`http://localhost:${door.consolePort}`];
  const named = certificate.kind === 'given' ? certificate.names : [];
  return [...named, bracketed(door.address)].map((name) => `https://${name}:${door.consolePort}`);
}

function kindOf(certificate: ConsoleCertificate): ConsoleReach['tls'] {
  return certificate.kind === 'own' ? { kind: 'own', pin: certificate.pin } : { kind: 'given' };
}

function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
