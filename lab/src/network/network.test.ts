import { describe, expect, test } from 'bun:test';
import { skipReason } from '../parts.ts';
import { createNamespace } from './create-namespace.ts';

const reason = await skipReason('namespace');

describe.skipIf(reason !== undefined)('a network namespace', () => {
  test('reaches this machine over its cable and nothing else', async () => {
    const space = await createNamespace('site-a');
    const server = Bun.serve({ hostname: space.hostIp, port: 0, fetch: () => new Response('here') });
    try {
      const here = await space.exec(['curl', '-sS', '-m', '2', `http://${space.hostIp}:${server.port}/`]);
      const links = await space.exec(['ip', '-br', 'link']);

      const status = await space.exec(['cat', '/proc/self/status']);

      expect(here.stdout).toBe('here');
      // Bits 22 and 25: rebooting this machine and setting its clock.
      const powers = BigInt(`0x${/CapEff:\s*(\w+)/.exec(status.stdout)?.[1]}`);
      expect(powers & ((1n << 22n) | (1n << 25n))).toBe(0n);
      expect(links.stdout).toContain('eth0');
      expect(links.stdout.trim().split('\n')).toHaveLength(2);
    } finally {
      await server.stop(true);
      await space.remove();
    }
  });

  test('loses packets while the cable is pulled and goes on with the same connection afterwards', async () => {
    const space = await createNamespace('site-b');
    const heard: string[] = [];
    const server = Bun.listen({
      hostname: space.hostIp,
      port: 0,
      socket: {
        data: (_socket, bytes) => void heard.push(bytes.toString()),
        close: () => void heard.push('closed'),
      },
    });
    const words = [
      'bash',
      '-c',
      `while :; do echo -n x; sleep 0.1; done > /dev/tcp/${space.hostIp}/${server.port}`,
    ];
    const talker = Bun.spawn({ cmd: space.command(words), stdout: 'ignore', stderr: 'ignore' });
    try {
      while (heard.length === 0) await Bun.sleep(20);

      await space.linkDown();
      await Bun.sleep(200);
      const cut = heard.length;
      await Bun.sleep(600);
      const silent = heard.length;
      await space.linkUp();
      while (heard.length === silent) await Bun.sleep(20);

      expect(silent).toBe(cut);
      expect(heard).not.toContain('closed');
    } finally {
      talker.kill('SIGKILL');
      await talker.exited;
      server.stop(true);
      await space.remove();
    }
  }, 120_000);

  test('two namespaces have addresses of their own, and a removed one is gone', async () => {
    const [one, two] = await Promise.all([createNamespace('one'), createNamespace('two')]);

    expect(one.ip).not.toBe(two.ip);
    await Promise.all([one.remove(), two.remove()]);
    expect((await one.exec(['true'])).code).not.toBe(0);
  });
});
