import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { readText } from './proc-file.ts';

const CHUNK_BYTES = 64 * 1024;

/** One line of /proc/net/{tcp,udp}{,6}: addresses and state as the kernel writes them, the inode that descriptors name. */
export type SocketLine = {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly inode: string;
};

type SocketAddress = { readonly address: string; readonly port: number };

/** The lines of one table; in pieces, since a busy server has hundreds of thousands of them. */
export function* readSocketTable(root: string, table: string): Generator<SocketLine> {
  let isTitle = true;
  for (const line of linesOf(`${root}/proc/net/${table}`)) {
    const [, local = '', remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    if (!isTitle && inode !== '') {
      yield { local, remote, state, inode };
    }
    isTitle = false;
  }
}

function* linesOf(path: string): Generator<string> {
  const descriptor = attempt(() => openSync(path, 'r'));
  if (descriptor === undefined) return;
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = '';
  try {
    for (;;) {
      const length = readSync(descriptor, chunk, 0, chunk.length, null);
      if (length === 0) break;
      const lines = (rest + chunk.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(descriptor);
  }
  if (rest !== '') yield rest;
}

/** `0100007F:0CEA`: each word of the address in the byte order of the machine, the port in hexadecimal. */
export function parseSocketAddress(text: string): SocketAddress {
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

export type SocketOwner = { readonly pid: number; readonly name: string };

/** The oldest process that holds each of these sockets, by inode; those of other namespaces are not found. */
export function findSocketOwners(root: string, inodes: ReadonlySet<string>): Map<string, SocketOwner> {
  const owners = new Map<string, SocketOwner>();
  const pids = list(`${root}/proc`).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.sort((one, other) => Number(one) - Number(other))) {
    let owner: SocketOwner | undefined;
    for (const descriptor of list(`${root}/proc/${pid}/fd`)) {
      const target = attempt(() => readlinkSync(`${root}/proc/${pid}/fd/${descriptor}`)) ?? '';
      const inode = target.startsWith('socket:[') ? target.slice('socket:['.length, -1) : '';
      if (!inodes.has(inode) || owners.has(inode)) continue;
      owner ??= { pid: Number(pid), name: readText(`${root}/proc/${pid}/comm`) ?? '' };
      owners.set(inode, owner);
    }
  }
  return owners;
}

const list = (path: string): string[] => attempt(() => readdirSync(path)) ?? [];

/** Processes come and go while they are looked at. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
