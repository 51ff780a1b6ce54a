import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { bootMachine, type Machine, skipReason } from '@muster/lab';
import { createFleet, installAgent, openToMachines, type RunningServer, startServer } from '../src/index.ts';

/**
 * A machine goes to sleep and wakes. systemd's own targets and our unit beside them are real; the moment between them is
 * the agent held still, since a container cannot stop the processor.
 */
const reason = await skipReason('machine');
setDefaultTimeout(240_000);
const ASLEEP_S = 8;

describe.skipIf(reason !== undefined)('a machine that sleeps', () => {
  let server: RunningServer;
  let machine: Machine;
  let id = '';
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    [machine, server] = await Promise.all([bootMachine({ name: 'laptop' }), startServer()]);
    await openToMachines(server, machine.hostIp);
    id = await installAgent(server, machine);
    await fleet.presence(id, 'online');
    const signal = (name: string) => `systemctl kill --kill-who=main --signal=${name} muster-agent`;
    const nap = `/bin/sh -c '${signal('STOP')}; sleep ${ASLEEP_S}; ${signal('CONT')}'`;
    const folder = '/etc/systemd/system/systemd-suspend.service.d';
    await machine.run(['mkdir', '-p', folder], { check: true });
    await machine.putFile(`${folder}/nap.conf`, `[Service]\nExecStart=\nExecStart=${nap}\n`);
    await machine.run(['systemctl', 'daemon-reload'], { check: true });
  });

  afterAll(async () => {
    await machine?.stop();
    await server?.stop();
  });

  test('HB-2, EN-11: it says so before it sleeps, and is online again when it wakes', async () => {
    const lying = machine.run(['systemctl', 'start', 'suspend.target'], { check: true });
    const asleep = await fleet.presence(id, 'offline', (ASLEEP_S - 2) * 1_000);
    await lying;
    const awake = await fleet.presence(id, 'online');

    expect(asleep.presenceReason).toBe('asleep');
    expect(Date.parse(awake.presenceSince)).toBeGreaterThan(Date.parse(asleep.presenceSince));
    const { id: commandId } = await fleet.run(id, 'process.list', {});
    expect((await fleet.ended(commandId)).state).toBe('succeeded');
  });
});
