import { expect, test } from 'bun:test';
import type { Connection } from '@muster/contracts';
import { MAX_RESULT_BYTES } from '@muster/contracts/wire';
import type { System } from '../os/os.ts';
import type { ExecutorContext } from './executor.ts';
import { networkConnections } from './network-connections.ts';

test('IV-6: the connections of a busy server fit into what a server takes, and all are counted', async () => {
  const connection: Connection = {
    protocol: 'tcp',
    localAddress: '2001:0db8:1234:5678:9abc:def0:1234:5678',
    localPort: 44_321,
    remoteAddress: '2001:0db8:8765:4321:fedc:ba98:7654:3210',
    remotePort: 54_321,
    state: 'established',
    pid: 1_234_567,
    process: 'application-server',
  };
  const connections = Array.from({ length: 3_000 }, () => connection);
  const system = { connections: async () => ({ connections, total: 250_000 }) } as unknown as System;

  const answer = await networkConnections.run({}, { system } as ExecutorContext);

  expect(answer.total).toBe(250_000);
  expect(answer.connections.length).toBeGreaterThan(1_500);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(MAX_RESULT_BYTES);
});
