import type { Connection, ConnectionState } from '@muster/contracts';

const STATES: Readonly<Record<string, ConnectionState>> = {
  CLOSED: 'closed',
  LISTEN: 'listen',
  SYN_SENT: 'syn_sent',
  SYN_RCVD: 'syn_received',
  ESTABLISHED: 'established',
  CLOSE_WAIT: 'close_wait',
  FIN_WAIT_1: 'fin_wait_1',
  CLOSING: 'closing',
  LAST_ACK: 'last_ack',
  FIN_WAIT_2: 'fin_wait_2',
  TIME_WAIT: 'time_wait',
};

const LINE = /^(tcp|udp)(4|6|46)\s+\d+\s+\d+\s+(\S+)\s+(\S+)\s+(.*)$/;
/** Since macOS 14: buffers, then `name:pid`, then state and options in hexadecimal; names may hold blanks. */
const NAMED = /\s(?:\d+\s+){4}(\S.*?):(\d+)\s+[0-9a-f]{5}\s+[0-9a-f]{8}\b/;
/** Before: pid and effective pid as numbers. */
const NUMBERED = /\s(\d+)\s+\d+\s+[0-9a-f]{5}\s+[0-9a-f]{8}\b/;

/** Sockets of `netstat -anvW`; before macOS 14 it names no processes. */
export function parseNetstat(text: string): Connection[] {
  return text.split('\n').flatMap((line) => {
    const [, protocol, family = '', local = '', remote = '', rest = ''] = LINE.exec(line) ?? [];
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    const from = parseAddress(local, family);
    const to = remote === '*.*' ? undefined : parseAddress(remote, family);
    const said = /^[A-Z_12]+(?=\s)/.exec(rest)?.[0] ?? '';
    return [
      {
        protocol,
        localAddress: from.address,
        localPort: from.port,
        remoteAddress: to?.address ?? null,
        remotePort: to?.port ?? null,
        state: protocol === 'tcp' ? (STATES[said] ?? 'closed') : to ? 'established' : 'open',
        ...parseOwner(` ${rest}`),
      },
    ];
  });
}

/** `192.168.1.5.443`, `fe80::1%en0.5353`, `*.22`: the port follows the last point. */
function parseAddress(text: string, family: string): { readonly address: string; readonly port: number } {
  const at = text.lastIndexOf('.');
  const address = text.slice(0, at);
  const any = family === '4' ? '0.0.0.0' : '::';
  return { address: address === '*' ? any : address, port: Number(text.slice(at + 1)) || 0 };
}

function parseOwner(rest: string): Pick<Connection, 'pid' | 'process'> {
  const [, name, named] = NAMED.exec(rest) ?? [];
  const pid = Number(named ?? NUMBERED.exec(rest)?.[1] ?? 0);
  return { pid: pid > 0 ? pid : null, process: pid > 0 && name ? name.trim().slice(0, 100) : null };
}
