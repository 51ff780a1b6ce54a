import { expect, test } from 'bun:test';
import { join, type Member, writeStruct } from '../../testing/write-struct.ts';
import { parseAccounts } from './account-table.ts';
import { parseDiskDescriptor } from './disk-descriptor.ts';
import { parseRoutes } from './route-table.ts';
import { parseSession, parseSessions } from './session-table.ts';

const BASE = 0x20_0000;

test('accounts of NetUserEnum: texts lie behind the rows, flags and privilege say what an account may', () => {
  const texts = Buffer.from('ada\0Ada L.\0guest\0', 'utf16le');
  const at = (text: string) => BigInt(BASE + 2 * 152 + texts.indexOf(Buffer.from(text, 'utf16le')));
  const account = (name: string, fullName: string, privilege: number, flags: number): Uint8Array =>
    writeStruct([
      ...([
        ['u64', at(name)],
        ['u64', 0],
        ['u32', 9_000],
        ['u32', privilege],
        ['u64', 0],
        ['u64', 0],
      ] as Member[]),
      ...([
        ['u32', flags],
        ['u64', 0],
        ['u32', 0],
        ['u64', fullName ? at(fullName) : 0],
      ] as Member[]),
      ...([
        ['u64', 0],
        ['u64', 0],
        ['u64', 0],
        ['u32', 1_704_067_200],
        ['u32', 0],
        ['u32', 0],
      ] as Member[]),
      ...([
        ['u32', 0],
        ['u32', 168],
        ['u64', 0],
        ['u32', 0],
        ['u32', 12],
        ['u64', 0],
      ] as Member[]),
      ...([
        ['u32', 0],
        ['u32', 0],
      ] as Member[]),
    ]);
  const bytes = join(account('ada', 'Ada L.', 2, 0x201), account('guest', '', 0, 0x203), texts);

  expect(parseAccounts({ bytes, base: BASE }, 2)).toEqual([
    { name: 'ada', fullName: 'Ada L.', administrator: true, enabled: true, lastSignInMs: 1_704_067_200_000 },
    { name: 'guest', fullName: '', administrator: false, enabled: false, lastSignInMs: 1_704_067_200_000 },
  ]);
});

test('sessions: active and disconnected ones count, and one without a user is of the services', () => {
  const row = (session: number, state: number) =>
    writeStruct([
      ['u32', session],
      ['u64', 0],
      ['u32', state],
    ]);
  const info = (user: string) =>
    writeStruct([
      ['bytes', 32], // state, session, counters of bytes and frames
      ['wide', 32, 'Console'],
      ['wide', 17, 'CORP'],
      ['wide', 21, user],
      ['u64', 1],
      ['u64', 0],
      ['u64', 0],
      ['u64', 133_485_408_000_000_000n],
      ['u64', 0],
    ]);

  expect(parseSessions(join(row(0, 4), row(1, 0), row(65_536, 6)))).toEqual([0, 1]);
  expect(parseSession(info('grace'))).toEqual({
    ...{ account: 'grace', domain: 'CORP', terminal: 'Console', sinceMs: Date.UTC(2024, 0, 1) },
  });
  expect(parseSession(info(''))).toBeUndefined();
});

test('IV-6: routes of both families; those to groups and to the machine itself are left out', () => {
  const inet = (...bytes: number[]) => new Uint8Array([2, 0, 0, 0, ...bytes, ...Array(20).fill(0)]);
  const inet6 = (hex: string) =>
    new Uint8Array([23, 0, 0, 0, 0, 0, 0, 0, ...Uint8Array.fromHex(hex), 0, 0, 0, 0]);
  const route = (to: Uint8Array, prefix: number, next: Uint8Array, isLoopback = 0) =>
    writeStruct([
      ...([
        ['u64', 0],
        ['u32', 7],
        ['bytes', 28, to],
        ['u8', prefix],
        ['bytes', 3],
      ] as Member[]),
      ...([
        ['bytes', 28, next],
        ['u8', 0],
        ['u32', 0],
        ['u32', 0],
        ['u32', 25],
        ['u32', 3],
      ] as Member[]),
      ...([
        ['u8', isLoopback],
        ['u8', 0],
        ['u8', 0],
        ['u8', 0],
        ['u32', 0],
        ['u32', 0],
      ] as Member[]),
    ]);
  const table = join(
    writeStruct([['u64', 5]]),
    route(inet(0, 0, 0, 0), 0, inet(10, 0, 0, 1)),
    route(inet(10, 0, 0, 5), 32, inet(0, 0, 0, 0), 1),
    route(inet(224, 0, 0, 0), 4, inet(0, 0, 0, 0)),
    route(inet6('fe800000000000000000000000000000'), 64, inet6('00'.repeat(16))),
    route(inet6('ff000000000000000000000000000000'), 8, inet6('00'.repeat(16))),
  );

  expect(parseRoutes(table)).toEqual([
    { destination: '0.0.0.0/0', gateway: '10.0.0.1', interfaceIndex: 7, metric: 25 },
    { destination: 'fe80::/64', gateway: null, interfaceIndex: 7, metric: 25 },
  ]);
});

test('IV-3: a disk says maker, model, serial number and bus; one that says nothing has none', () => {
  const texts = Buffer.from('ATA     \0Samsung SSD 870 \0SVT02B6Q\0S5XYNJ0R123456. \0', 'latin1');
  const place = (text: string) => 36 + texts.indexOf(text);
  const head: Member[] = [
    ...([
      ['u32', 40],
      ['u32', 36 + texts.length],
      ['u32', 0],
    ] as Member[]),
    ...([
      ['u32', place('ATA')],
      ['u32', place('Samsung')],
      ['u32', place('SVT')],
      ['u32', place('S5X')],
    ] as Member[]),
    ...([
      ['u32', 17],
      ['u32', 0],
    ] as Member[]),
  ];

  expect(parseDiskDescriptor(join(writeStruct(head, 4), texts))).toEqual({
    ...{ model: 'ATA Samsung SSD 870', serial: 'S5XYNJ0R123456', firmware: 'SVT02B6Q', bus: 'nvme' },
  });
  expect(parseDiskDescriptor(new Uint8Array(36))).toEqual({
    model: null,
    serial: null,
    firmware: null,
    bus: null,
  });
});
