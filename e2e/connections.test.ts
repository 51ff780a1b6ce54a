import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Connection } from '@muster/contracts';
import { findProgram } from '@muster/lab';
import { runProgram, stageTerminal, type Terminal } from './src/index.ts';

/** The connections of this very machine, from a real agent, beside what `ss` says. */
const hasSs = process.platform === 'linux' && findProgram('ss') !== undefined;
if (!hasSs) process.stderr.write('SKIPPED: connections beside ss: needs Linux with ss (Debian: iproute2)\n');
setDefaultTimeout(240_000);

/** As `ss` calls them. */
const SAID: Readonly<Record<string, Connection['state']>> = {
  LISTEN: 'listen',
  UNCONN: 'open',
  ESTAB: 'established',
};

describe.skipIf(!hasSs)('the connections of a machine', () => {
  let terminal: Terminal;

  const cli = (...words: string[]) => terminal.cli('connections', terminal.device.id, ...words);
  const ours = (...words: string[]) =>
    terminal.json<Connection[]>('connections', terminal.device.id, ...words);
  /** What `ss` lists in the states that last; an address as both sides write it. */
  async function theirs(): Promise<string[]> {
    const { stdout } = await runProgram(['ss', '-tunapH']);
    return stdout.split('\n').flatMap((line) => {
      const [protocol = '', said = '', , , local = '', , owners = ''] = line.trim().split(/\s+/);
      const state = SAID[said];
      const pids = [...owners.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
      const pid = pids.length === 0 ? null : Math.min(...pids);
      return state ? [`${protocol} ${plain(local)} ${state} ${pid}`] : [];
    });
  }
  const plain = (local: string) =>
    local
      .replace(/%[^:\]]+/, '')
      .replace(/^\*:/, '[::]:')
      .replace(/\[::ffff:([\d.]+)\]/, '$1');
  const spoken = ({ protocol, localAddress, localPort, state, pid }: Connection) => {
    const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
    return `${protocol} ${plain(`${host}:${localPort}`)} ${state} ${pid}`;
  };

  beforeAll(async () => {
    terminal = await stageTerminal();
  }, 240_000);

  afterAll(() => terminal.stop());

  test('IV-6 AG-6: sockets that last are those of `ss -tunap`, with the process that holds each', async () => {
    using listener = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
    const datagrams = await Bun.udpSocket({ hostname: '::1', port: 0 });

    // others on this machine come and go while both are asked: what `ss` says before and after must be told, and what we hold is exactly that
    const before = new Set(await theirs());
    const told = (await ours()).map(spoken);
    const after = new Set(await theirs());

    const lasting = [...before].filter((one) => after.has(one));
    expect(lasting.filter((one) => !told.includes(one))).toEqual([]);
    const own = (all: Iterable<string>) => [...all].filter((one) => one.endsWith(` ${process.pid}`)).sort();
    expect(own(told)).toEqual(own(after));
    expect(told).toContain(`tcp 127.0.0.1:${listener.port} listen ${process.pid}`);
    expect(told).toContain(`udp [::1]:${datagrams.port} open ${process.pid}`);
    datagrams.close();
  });

  test('IV-6 AG-6: both ends of a connection are told, and a filter leaves the others out', async () => {
    using listener = Bun.listen({ port: 0, hostname: '127.0.0.1', socket: { data: () => undefined } });
    const talk = await Bun.connect({
      hostname: '127.0.0.1',
      port: listener.port,
      socket: { data: () => undefined },
    });

    const established = await ours('--state', 'established');
    const listening = await ours('--listening');
    const table = await cli('--listening', '--process', 'bun');
    const wrong = await cli('--state', 'sleeping');

    const ends = established.filter(
      (one) => one.remotePort === talk.localPort || one.localPort === talk.localPort,
    );
    expect(ends.map(({ localPort, remotePort, pid }) => [localPort, remotePort, pid]).sort()).toEqual(
      [
        [listener.port, talk.localPort, process.pid],
        [talk.localPort, listener.port, process.pid],
      ].sort(),
    );
    expect(established.every(({ state }) => state === 'established')).toBe(true);
    expect(
      listening.some(({ localPort, remoteAddress }) => localPort === listener.port && remoteAddress === null),
    ).toBe(true);
    expect(table.stdout).toContain('PROTOCOL');
    expect(table.stdout).toContain(`127.0.0.1:${listener.port}`);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There is no state')]);
    talk.end();
  });
});
