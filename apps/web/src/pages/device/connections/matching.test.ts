import { expect, test } from 'bun:test';
import type { Connection } from '@muster/contracts';
import { matching } from './matching.ts';

const aConnection = (of: Partial<Connection>): Connection => ({
  ...{ protocol: 'tcp', localAddress: '10.0.0.5', localPort: 22, remoteAddress: null, remotePort: null },
  ...{ state: 'listen', pid: 7, process: 'sshd', ...of },
});

test('IV-6: who talks comes before who listens, and that before what only waits to end', () => {
  const states = ['time_wait', 'listen', 'established', 'open'] as const;

  const ordered = matching(
    states.map((state) => aConnection({ state })),
    '',
  );

  expect(ordered.map(({ state }) => state)).toEqual(['established', 'listen', 'open', 'time_wait']);
});

test('IV-6: a filter finds program, peer with its port, and state as it is shown; every word of it counts', () => {
  const peer = aConnection({ remoteAddress: 'fe80::9', remotePort: 443, state: 'time_wait', process: null });
  const all = [aConnection({}), peer];

  expect(matching(all, '[fe80::9]:443')).toEqual([peer]);
  expect(matching(all, 'time wait')).toEqual([peer]);
  expect(matching(all, 'SSHD :22')).toEqual([aConnection({})]);
  expect(matching(all, 'sshd 443')).toEqual([]);
});
