import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { skipReason } from '../parts.ts';
import { bootMachine, cloneMachine } from './boot-machine.ts';
import type { Machine } from './machine.ts';

const reason = await skipReason('machine');

const UNIT = `[Unit]
Description=Counts its starts
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo started >> /var/lib/starts; echo "hello from the unit"'
[Install]
WantedBy=multi-user.target
`;

describe.skipIf(reason !== undefined)('a lab machine', () => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await bootMachine({
      name: 'first',
      files: { '/etc/systemd/system/starts.service': UNIT },
    });
  }, 300_000);

  afterAll(async () => {
    await machine?.stop();
  });

  test('runs a systemd of its own that settles without a failed unit', async () => {
    const state = await machine.run(['systemctl', 'is-system-running']);
    const first = await machine.readFile('/proc/1/comm');

    expect(state.stdout.trim()).toBe('running');
    expect(first.trim()).toBe('systemd');
    expect((await machine.run(['hostname'])).stdout.trim()).toBe('first');
  });

  test('a unit that is enabled starts again after a reboot, with a new boot id and a journal that kept the old boot', async () => {
    await machine.run(['systemctl', 'enable', '--now', 'starts.service'], { check: true });
    const before = await machine.bootId();
    const machineId = await machine.readFile('/etc/machine-id');

    const after = await machine.reboot();

    expect(after).not.toBe(before);
    expect((await machine.readFile('/var/lib/starts')).trim().split('\n')).toHaveLength(2);
    expect(await machine.readFile('/etc/machine-id')).toBe(machineId);
    const boots = await machine.run(['journalctl', '--list-boots', '--no-pager'], { check: true });
    expect(boots.stdout).toContain(before.replaceAll('-', ''));
    expect(boots.stdout).toContain(after.replaceAll('-', ''));
    const journal = await machine.run(['journalctl', '-u', 'starts', '-b', '-1', '-o', 'cat', '--no-pager']);
    expect(journal.stdout).toContain('hello from the unit');
  }, 120_000);

  test('sees its own network interfaces and none of the machine that runs it, also below /sys', async () => {
    const listed = await machine.run(['ls', '/sys/class/net'], { check: true });
    const linked = await machine.run(['ip', '-o', 'link'], { check: true });

    expect(listed.stdout.trim().split('\n')).toEqual(['eth0', 'lo']);
    expect(linked.stdout.trim().split('\n')).toHaveLength(2);
  });

  test('its boot id is its own and not the one of the machine that runs it', async () => {
    const own = await machine.bootId();
    const host = (await Bun.file('/proc/sys/kernel/random/boot_id').text()).trim();

    expect(own).not.toBe(host);
  });

  test('a command in it has no power over the machine that runs it: exactly the capabilities of its own systemd', async () => {
    const powers = async (process: string) => {
      const status = await machine.readFile(`/proc/${process}/status`);
      return {
        effective: /CapEff:\s*(\w+)/.exec(status)?.[1],
        bounding: /CapBnd:\s*(\w+)/.exec(status)?.[1],
      };
    };

    const own = await powers('self');
    const systemd = await powers('1');
    const host = /CapBnd:\s*(\w+)/.exec(await Bun.file('/proc/self/status').text())?.[1];

    expect(own).toEqual(systemd);
    expect(own.bounding).not.toBe(host);
    // Bit 25 is CAP_SYS_TIME: there is one clock, and it is the host's.
    expect((BigInt(`0x${own.bounding}`) >> 25n) & 1n).toBe(0n);
    const overHost = await machine.run(['cat', '/proc/self/status'], { network: 'host' });
    expect(overHost.stdout).toContain(`CapBnd:\t${own.bounding}`);
  });

  test('its uptime is the one of the machine that runs it, so only the boot id tells a reboot', async () => {
    const seconds = (text: string) => Number(text.split(' ')[0]);
    const host = async () => seconds(await Bun.file('/proc/uptime').text());
    const before = await host();
    const own = seconds(await machine.readFile('/proc/uptime'));

    expect(own).toBeGreaterThanOrEqual(before);
    expect(own).toBeLessThanOrEqual(await host());
  });

  test('powers off when its system is asked to, and can be switched on again', async () => {
    await machine.run(['systemctl', 'poweroff']);
    await machine.waitUntilOff();
    expect(machine.isOn()).toBe(false);

    await machine.powerOn();

    expect(machine.isOn()).toBe(true);
    expect((await machine.run(['systemctl', 'is-active', 'starts'])).stdout.trim()).toBe('active');
  }, 120_000);

  test('accepts limits of control groups and runs scopes of its own', async () => {
    await machine.run(
      ['systemd-run', '--unit=limited', '-p', 'MemoryMax=64M', '-p', 'TasksMax=50', 'sleep', '60'],
      {
        check: true,
      },
    );

    const shown = await machine.run(['systemctl', 'show', 'limited', '-p', 'MemoryMax', '-p', 'TasksMax']);
    const scope = await machine.run(['systemd-run', '--scope', '-q', 'cat', '/proc/self/cgroup']);

    expect(shown.stdout.trim().split('\n').sort()).toEqual(['MemoryMax=67108864', 'TasksMax=50']);
    expect(scope.stdout).toMatch(/system\.slice\/run-.*\.scope/);
  });

  test('a small file system in it fills without filling anything else', async () => {
    await machine.run(['mkdir', '-p', '/small'], { check: true });
    await machine.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/small'], { check: true });

    const filled = await machine.run(['sh', '-c', 'head -c 2000000 /dev/zero > /small/file']);

    expect(filled.code).not.toBe(0);
    expect(filled.stderr).toContain('No space left on device');
  });

  test('reaches a server of the test at hostIp until its cable is pulled', async () => {
    const server = Bun.serve({ hostname: '0.0.0.0', port: 0, fetch: () => new Response('here') });
    const ask = () => machine.run(['curl', '-sS', '-m', '2', `http://host.muster.internal:${server.port}/`]);

    expect((await ask()).stdout).toBe('here');
    await machine.linkDown();
    const cut = await ask();
    await machine.linkUp();
    const healed = await ask();
    await server.stop(true);

    expect(cut.code).not.toBe(0);
    expect(healed.stdout).toBe('here');
  }, 120_000);

  test('stands still while paused and goes on where it was', async () => {
    await machine.run(
      ['systemd-run', '--unit=ticker', 'sh', '-c', 'while :; do date +%s%N >> /run/ticks; sleep 0.05; done'],
      { check: true },
    );
    // Not there yet at first.
    const count = async () => (await machine.run(['cat', '/run/ticks'])).stdout.split('\n').length;
    const moreThan = async (least: number) => {
      while ((await count()) <= least) await Bun.sleep(50);
    };
    await moreThan(3);

    await machine.pause();
    const still = machine.run(['true']);
    const answered = await Promise.race([still.then(() => 'answered'), Bun.sleep(500).then(() => 'silent')]);
    await machine.resume();
    await still;
    await moreThan(await count());

    expect(answered).toBe('silent');
    const stamps = (await machine.readFile('/run/ticks'))
      .trim()
      .split('\n')
      .map((line) => Number(line) / 1e6);
    const gaps = stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? stamp));
    expect(Math.max(...gaps)).toBeGreaterThan(400);
  }, 120_000);

  test('keeps a file that was put there through a power cut', async () => {
    await machine.putFile('/opt/tool/run.sh', '#!/bin/sh\necho works\n', 0o755);
    const before = await machine.bootId();

    await machine.powerCut();
    expect(machine.run(['true'])).rejects.toThrow('first is off');
    const after = await machine.powerOn();

    expect(after).not.toBe(before);
    expect((await machine.run(['/opt/tool/run.sh'])).stdout).toBe('works\n');
  }, 120_000);

  test('a power cut closes no connection: its peer hears nothing, not even when the machine is back', async () => {
    const heard: string[] = [];
    const server = Bun.listen({
      hostname: '0.0.0.0',
      port: 0,
      socket: {
        data: (_socket, bytes) => void heard.push(bytes.toString()),
        close: () => void heard.push('closed'),
      },
    });
    const talk = `import socket,time; s=socket.create_connection(("${machine.hostIp}",${server.port})); s.send(b"hello"); time.sleep(60)`;
    await machine.run(['systemd-run', 'python3', '-c', talk], { check: true });
    while (!heard.includes('hello')) await Bun.sleep(20);

    await machine.powerCut();
    await Bun.sleep(500);
    await machine.powerOn();
    await Bun.sleep(1500);
    const words = [...heard];
    server.stop(true);

    expect(words).toEqual(['hello']);
  }, 120_000);

  test('a second machine has an id and an address of its own; a clone has the same id and files', async () => {
    await machine.putFile('/etc/muster-key', 'secret of the first');
    const [other, clone] = await Promise.all([bootMachine({ name: 'second' }), cloneMachine(machine)]);
    try {
      const ids = await Promise.all([machine, other, clone].map((each) => each.readFile('/etc/machine-id')));

      expect(ids[1]).not.toBe(ids[0] as string);
      expect(ids[2]).toBe(ids[0] as string);
      expect(await clone.readFile('/etc/muster-key')).toBe('secret of the first');
      expect(new Set([machine.ip, other.ip, clone.ip]).size).toBe(3);
      expect(await clone.bootId()).not.toBe(await machine.bootId());
      expect((await machine.run(['systemctl', 'is-active', 'starts'])).stdout.trim()).toBe('active');
    } finally {
      await Promise.all([other.stop(), clone.stop()]);
    }
  }, 120_000);
});
