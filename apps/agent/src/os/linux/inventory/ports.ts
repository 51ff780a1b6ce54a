import { readdirSync, readlinkSync } from 'node:fs';
import type { Finding } from '../../../inventory/item.ts';
import { readText } from '../proc-file.ts';

const LISTEN = '0A';
/** UDP has no listening: a socket without a peer takes what comes. */
const UNCONNECTED = '07';
const FIRST_EPHEMERAL = 32_768;

/** IV-6: the ports that somebody can knock at, with the program behind each. */
export function readListeningPorts(root: string, finding: Finding): void {
  const owners = readSocketOwners(root);
  for (const [file, protocol, state] of [
    ['tcp', 'tcp', LISTEN],
    ['tcp6', 'tcp', LISTEN],
    ['udp', 'udp', UNCONNECTED],
    ['udp6', 'udp', UNCONNECTED],
  ] as const) {
    for (const line of (readText(`${root}/proc/net/${file}`) ?? '').split('\n').slice(1)) {
      const words = line.trim().split(/\s+/);
      const [, local = '', , found] = words;
      if (found !== state) continue;
      const { address, port } = parseSocketAddress(local);
      if (isPassing(address, port)) continue;
      finding.add('port', `${protocol} ${address} ${port}`, {
        protocol,
        address,
        port,
        process: owners.get(words[9] ?? '') ?? null,
      });
    }
  }
}

/** Doors to itself that a program opens at a number of the moment: another each time, and nobody else can knock. */
function isPassing(address: string, port: number): boolean {
  return (address.startsWith('127.') || address === '::1') && port >= FIRST_EPHEMERAL;
}

/** `0100007F:0CEA`: each word of the address in the byte order of the machine, the port in hexadecimal. */
export function parseSocketAddress(text: string): { readonly address: string; readonly port: number } {
  const [hex = '', port = '0'] = text.split(':');
  const bytes = [...hex.matchAll(/.{8}/g)].flatMap(([word]) =>
    [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)),
  );
  const address = bytes.length === 4 ? bytes.join('.') : printIpv6(bytes);
  return { address, port: Number.parseInt(port, 16) };
}

function printIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/** Names of programs by the inode of each socket that they hold. */
function readSocketOwners(root: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const pid of list(`${root}/proc`).filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of list(`${root}/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(link(`${root}/proc/${pid}/fd/${descriptor}`)) ?? [];
      if (inode && !owners.has(inode)) owners.set(inode, readText(`${root}/proc/${pid}/comm`) ?? '');
    }
  }
  return owners;
}

/* Processes come and go while they are looked at. */
function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
