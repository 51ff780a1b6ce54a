import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Connection } from '@muster/contracts';
import { ConnectionSnapshot, MOST_CONNECTIONS } from '@muster/contracts/commands';
import { networkConnections } from '../executors/network-connections.ts';
import { parseNetstat } from './darwin/structs/netstat.ts';
import { readConnections } from './linux/connections.ts';
import type { System } from './os.ts';
import { type Member, writeStruct } from './testing/write-struct.ts';
import { parseSocketTable } from './windows/tables/socket-table.ts';

const root = mkdtempSync(join(tmpdir(), 'muster-connections-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const line = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0`;
const spoken = ({ protocol, localAddress, localPort, remoteAddress, remotePort, state, pid }: Connection) =>
  `${protocol} ${localAddress} ${localPort} > ${remoteAddress} ${remotePort} ${state} ${pid}`;

describe('Linux', () => {
  test('IV-6: sockets have their state, their peer and the oldest process that holds them', () => {
    const title =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    put(
      'proc/net/tcp',
      [
        title,
        line('00000000:0016', '00000000:0000', '0A', 11),
        line('0501A8C0:D1F4', '01020304:01BB', '01', 12),
        line('0501A8C0:D1F5', '01020304:01BB', '06', 0),
      ].join('\n'),
    );
    put(
      'proc/net/udp6',
      [title, line(`${'0'.repeat(32)}:14E9`, `${'0'.repeat(32)}:0000`, '07', 13)].join('\n'),
    );
    for (const [pid, name] of [
      [200, 'worker'],
      [31, 'sshd'],
    ] as const) {
      put(`proc/${pid}/comm`, `${name}\n`);
      mkdirSync(join(root, `proc/${pid}/fd`));
      symlinkSync('socket:[11]', join(root, `proc/${pid}/fd/3`));
    }

    const { connections, total } = readConnections(root, 10);

    expect(connections.map(spoken)).toEqual([
      'tcp 0.0.0.0 22 > null null listen 31',
      'tcp 192.168.1.5 53748 > 4.3.2.1 443 established null',
      'udp :: 5353 > null null open null',
      'tcp 192.168.1.5 53749 > 4.3.2.1 443 time_wait null',
    ]);
    expect([connections[0]?.process, total]).toEqual(['sshd', 4]);
  });

  test('IV-6: of more than an answer holds, those that nobody holds any more give way, and all are counted', async () => {
    const waiting = Array.from({ length: 20_000 }, () => line('0501A8C0:D1F5', '01020304:01BB', '06', 0));
    put('proc/net/tcp', ['title', ...waiting, line('00000000:0016', '00000000:0000', '0A', 11)].join('\n'));

    const system = { connections: async (most: number) => readConnections(root, most) } as System;
    const context = { system, signal: AbortSignal.timeout(5_000), emit: () => {}, inventory: {} as never };
    const answer = ConnectionSnapshot.parse(await networkConnections.run({}, context));

    expect(answer.total).toBe(20_002);
    expect(answer.connections).toHaveLength(MOST_CONNECTIONS);
    expect(answer.connections.filter(({ state }) => state !== 'time_wait')).toHaveLength(2);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(900_000);
  });
});

describe('Windows', () => {
  const ipv6 = Uint8Array.from([0xfe, 0x80, ...Array(13).fill(0), 1]);
  const networkOrder = (port: number) => ((port & 0xff) << 8) | (port >> 8);
  const table = (...members: Member[]) => writeStruct(members, 4);

  test('IV-6: rows of all four tables, ports in network order, a listener without the peer of before', () => {
    const tcp = table(
      ...([['u32', 2]] as const),
      ...([
        ['u32', 2],
        ['bytes', 4],
        ['u32', networkOrder(445)],
      ] as const),
      ...([
        ['bytes', 4, Uint8Array.of(9, 9, 9, 9)],
        ['u32', 77],
        ['u32', 4],
      ] as const),
      ...([
        ['u32', 5],
        ['bytes', 4, Uint8Array.of(10, 0, 0, 5)],
        ['u32', networkOrder(50_000)],
      ] as const),
      ...([
        ['bytes', 4, Uint8Array.of(10, 0, 0, 9)],
        ['u32', networkOrder(443)],
        ['u32', 812],
      ] as const),
    );
    const tcp6 = table(
      ...([
        ['u32', 1],
        ['bytes', 16, ipv6],
        ['u32', 3],
        ['u32', networkOrder(50_001)],
      ] as const),
      ...([
        ['bytes', 16, ipv6],
        ['u32', 3],
        ['u32', networkOrder(22)],
        ['u32', 8],
        ['u32', 9],
      ] as const),
    );
    const udp = table(
      ['u32', 1],
      ['bytes', 4, Uint8Array.of(127, 0, 0, 1)],
      ['u32', networkOrder(53)],
      ['u32', 5],
    );
    const udp6 = table(['u32', 1], ['bytes', 16, ipv6], ['u32', 0], ['u32', networkOrder(5353)], ['u32', 6]);

    const told = [
      ...parseSocketTable(tcp, 'tcp'),
      ...parseSocketTable(tcp6, 'tcp6'),
      ...parseSocketTable(udp, 'udp'),
      ...parseSocketTable(udp6, 'udp6'),
    ].map((entry) => spoken({ ...entry, process: null }));

    expect(told).toEqual([
      'tcp 0.0.0.0 445 > null null listen 4',
      'tcp 10.0.0.5 50000 > 10.0.0.9 443 established 812',
      'tcp fe80::1 50001 > fe80::1 22 close_wait 9',
      'udp 127.0.0.1 53 > null null open 5',
      'udp fe80::1 5353 > null null open 6',
    ]);
  });

  test('IV-6: a table that says it has more rows than it has is read to its end', () => {
    expect(parseSocketTable(table(['u32', 900], ['bytes', 4], ['u32', 0], ['u32', 5]), 'udp')).toHaveLength(
      1,
    );
  });
});

test('IV-6: netstat of macOS 13, which numbers processes, and of macOS 14, which names them', () => {
  const connections = parseNetstat(`Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)      rxbytes      txbytes  rhiwat  shiwat    pid   epid state  options           gencnt    flags   flags1 usecnt rtncnt fltrs
tcp4       0      0  192.168.1.5.52345      17.57.144.84.5223      ESTABLISHED         5512         7890  131072  131768    332      0 00102 00000000 000000000000a4b1 00000081 01000900      1      0 000001
tcp46      0      0  *.22                   *.*                    LISTEN                 0            0  131072  131072      1      0 00100 00000006 0000000000000a11 00000000 00000900      1      0 000001
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)      rxbytes      txbytes  rhiwat  shiwat           process:pid    state  options           gencnt    flags   flags1 usecnt rtncnt fltrs
udp6       0      0  fe80::1%lo0.5353       *.*                                           0            0  786896    9216       mDNSResponder:411    00100 00000000 0000000000000a12 00000000 00000800      1      0 000000
tcp4       0      0  127.0.0.1.49200        127.0.0.1.631          TIME_WAIT              0            0  408300  146988  Google Chrome H:9021   00082 00000000 0000000000000a13 00000000 00000800      1      0 000000`);

  expect(connections.map((one) => `${spoken(one)} ${one.process}`)).toEqual([
    'tcp 192.168.1.5 52345 > 17.57.144.84 5223 established 332 null',
    'tcp :: 22 > null null listen 1 null',
    'udp fe80::1%lo0 5353 > null null open 411 mDNSResponder',
    'tcp 127.0.0.1 49200 > 127.0.0.1 631 time_wait 9021 Google Chrome H',
  ]);
});
