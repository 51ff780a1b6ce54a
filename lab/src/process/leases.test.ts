import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { labConfig } from '../config.ts';
import { skipReason } from '../parts.ts';
import { cleanup, openLease } from './leases.ts';
import { identify } from './process-identity.ts';
import { runProcess } from './run-process.ts';

const reason = await skipReason('machine');

async function linkExists(name: string): Promise<boolean> {
  return (await runProcess(['ip', 'link', 'show', name])).code === 0;
}

describe('leases', () => {
  test('cleanup leaves alone what belongs to a living process', () => {
    const lease = openLease('probe');

    expect(cleanup()).not.toContain(lease.id);
    expect(existsSync(lease.folder)).toBe(true);

    lease.release();
    expect(existsSync(lease.folder)).toBe(false);
  });

  test('cleanup undoes a lease whose owner is gone', async () => {
    const lease = openLease('probe');
    const owner = Bun.spawn({ cmd: ['sleep', '0.1'] });
    const file = `${lease.folder}.json`;
    const record = { ...(await Bun.file(file).json()), owner: identify(owner.pid) };
    await Bun.write(file, JSON.stringify(record));
    expect(cleanup()).not.toContain(lease.id);

    await owner.exited;

    expect(cleanup()).toContain(lease.id);
    expect(existsSync(lease.folder)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  test('a process that ends by itself undoes what it holds', async () => {
    const code = `import { openLease } from '${join(import.meta.dir, 'leases.ts')}'; console.log(openLease('probe').folder); process.exit(3);`;

    const ended = await runProcess([process.execPath, '-e', code], {
      env: { MUSTER_LAB_CACHE: labConfig.cacheDir, PATH: '/usr/bin:/bin' },
      check: false,
    });

    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('muster-lab-probe-');
    expect(existsSync(ended.stdout.trim())).toBe(false);
  });

  test.skipIf(reason !== undefined)(
    'a machine, its disk, its cable and its groups do not outlive a test process killed by force',
    async () => {
      const code = `import { bootMachine } from '${join(import.meta.dir, '../index.ts')}';
        const machine = await bootMachine({ name: 'orphan' });
        console.log(JSON.stringify({ root: machine.root, ip: machine.ip }));
        await Bun.sleep(60000);`;
      const child = Bun.spawn({
        cmd: [process.execPath, '-e', code],
        env: { MUSTER_LAB_CACHE: labConfig.cacheDir, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        stdout: 'pipe',
      });
      const reader = child.stdout.getReader();
      const first = await reader.read();
      const made = JSON.parse(new TextDecoder().decode(first.value)) as { root: string; ip: string };
      const link = `muster-lab-${made.ip.split('.')[2]}`;
      expect(await linkExists(link)).toBe(true);

      child.kill('SIGKILL');
      await child.exited;
      const left = async () => ({
        living: (await runProcess(['pgrep', '-f', `directory=${made.root}`])).stdout,
        root: existsSync(made.root),
        link: await linkExists(link),
        lease: existsSync(`${dirname(made.root)}.json`),
      });
      const nothing = { living: '', root: false, link: false, lease: false };
      const deadline = Date.now() + 90_000;
      while (!Bun.deepEquals(await left(), nothing) && Date.now() < deadline) await Bun.sleep(50);

      expect(await left()).toEqual(nothing);
    },
    180_000,
  );
});
