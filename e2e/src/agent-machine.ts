import type { Machine } from '@muster/lab';
import type { RunningServer } from './start-server.ts';
import { until } from './until.ts';

/** Every machine of the lab finds its host under this name, clones too. */
const HOST = 'host.muster.internal';

/** Lets machines reach the server, and makes the agent that it hands out to them. */
export async function openToMachines(server: RunningServer, ...addresses: string[]): Promise<void> {
  for (const address of addresses) await server.api('POST', '/system/listen', { address });
  await server.api('POST', '/system/agent-builds/linux-amd64', {});
  await until('the agent build is ready', async () => {
    const { agentBuilds } = await server.api<{ agentBuilds: { platform: string; state: string }[] }>(
      'GET',
      '/system/status',
    );
    return agentBuilds.some(({ platform, state }) => platform === 'linux-amd64' && state === 'ready');
  });
}

/** Runs the real install line in the machine, with `flags`, and returns the id of the device that it became. */
export async function installAgent(
  server: RunningServer,
  machine: Machine,
  ...flags: string[]
): Promise<string> {
  const created = await server.api<{ install: { system: string; line: string }[] }>(
    'POST',
    '/enrolment-tokens',
    { address: machine.hostIp },
  );
  const line = created.install.find(({ system }) => system === 'linux')?.line ?? '';
  const plain = line.replace(/sudo --\S+ /, '').replaceAll(machine.hostIp, HOST);
  const words = flags.length > 0 ? `${plain} -s -- ${flags.join(' ')}` : plain;
  await machine.run(['sh', '-c', words], { check: true });
  // Its exit code tells how the agent stands, which is just starting.
  const status = await machine.run(['muster-agent', 'status', '--json']);
  return (JSON.parse(status.stdout) as { deviceId: string }).deviceId;
}
