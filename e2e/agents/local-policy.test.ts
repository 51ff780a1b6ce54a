import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Device, ProcessSnapshot } from '@muster/contracts';
import { bootMachine, type Machine, skipReason } from '@muster/lab';
import { createFleet, installAgent, openToMachines, type RunningServer, startServer } from '../src/index.ts';

/** What the owner of a machine keeps in hand, whatever its server wants (foundations 1). */
const reason = await skipReason('machine');
setDefaultTimeout(240_000);

describe.skipIf(reason !== undefined)('a machine whose owner lets a server look and no more', () => {
  let server: RunningServer;
  let machine: Machine;
  let id = '';
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    [machine, server] = await Promise.all([bootMachine({ name: 'guarded' }), startServer()]);
    await server.api('PATCH', '/settings/installation.name', { value: 'Example IT' }, { 'if-match': '*' });
    await openToMachines(server, machine.hostIp);
    id = await installAgent(server, machine, '--policy', 'observe');
    await fleet.presence(id, 'online');
  });

  afterAll(async () => {
    await machine?.stop();
    await server?.stop();
  });

  async function tryToKill() {
    const list = await fleet.ended((await fleet.run(id, 'process.list', {})).id);
    const { bootId, processes } = list.result as ProcessSnapshot;
    const { pid = 0, startToken = '' } = processes.find(({ name }) => name === 'dbus-daemon') ?? {};
    return fleet.ended((await fleet.run(id, 'process.kill', { pid, startToken, bootId })).id);
  }

  test('EN-5: the service says whose it is', async () => {
    const shown = await machine.run(['systemctl', 'show', '--property=Description', 'muster-agent']);

    expect(shown.stdout.trim()).toBe('Description=Muster agent (managed by Example IT)');
  });

  test('EN-10 RA-2: what the level does not allow is refused by the machine, though its server signed it', async () => {
    const killed = await tryToKill();

    expect(killed.state).toBe('refused');
    expect(killed.error?.code).toBe('policy');
    expect((await fleet.device(id)).policyLevel).toBe('observe');
  });

  test('EN-10: neither a repair nor a restart raises the level; a flag typed on the machine does', async () => {
    await installAgent(server, machine);
    const repaired = await tryToKill();
    await machine.run(['systemctl', 'restart', 'muster-agent'], { check: true });
    await fleet.presence(id, 'online');
    const restarted = await tryToKill();
    await installAgent(server, machine, '--policy', 'manage');
    const raised = await tryToKill();

    expect([repaired.state, restarted.state]).toEqual(['refused', 'refused']);
    expect(raised.state).toBe('succeeded');
    expect((await server.api<Device>('GET', `/devices/${id}`)).policyLevel).toBe('manage');
  });

  test('EN-11: uninstalling works though no server answers', async () => {
    await server.stop();

    const result = await machine.run(['muster-agent', 'uninstall']);

    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toContain('The server could not be told');
    expect((await machine.run(['systemctl', 'cat', 'muster-agent'])).code).not.toBe(0);
    expect((await machine.run(['ls', '/var/lib/muster-agent'])).code).not.toBe(0);
  });
});
