import { expect, test } from 'bun:test';
import { type AgentIdentity, connectAgent } from './testing/agent-client.ts';
import { startTestGateway } from './testing/test-gateway.ts';

const AGENT_PROCESS = Bun.fileURLToPath(import.meta.resolve('./testing/agent-process.ts'));
/** Stands for 30 s, so that the test need not wait as long; Bun counts in fours, and pings 8 s before the end. */
const DEAD_AFTER_S = 12;

/** Starts an agent as a process of its own and waits until it is welcome. */
async function startAgentProcess(address: string, identity: AgentIdentity) {
  const given = { address, identity: { ...identity, key: { pem: identity.key.pem } } };
  const agent = Bun.spawn([process.execPath, AGENT_PROCESS], {
    stdin: new Blob([JSON.stringify(given)]),
    stdout: 'pipe',
  });
  for await (const chunk of agent.stdout) if (new TextDecoder().decode(chunk).includes('welcome')) break;
  return agent;
}

test('HB-1: a socket whose agent stopped answering is dead in time, and a quiet one that answers pings lives on', async () => {
  const gateway = await startTestGateway({ deadAfterS: DEAD_AFTER_S });
  const [quiet, frozen] = [await gateway.enrol(), await gateway.enrol()];
  const alive = await connectAgent(gateway.address, quiet);
  await alive.hello();
  await alive.next('welcome');
  const agent = await startAgentProcess(gateway.address, frozen);

  agent.kill('SIGSTOP');
  while (gateway.connections.isConnected(frozen.deviceId as never)) await Bun.sleep(50);

  const closed = gateway.registry.seen.presence.find(({ what }) => what === 'closed');
  expect(closed).toMatchObject({ deviceId: frozen.deviceId, reason: 'network' });
  // 0 where the close itself was contact: only a socket on which nothing came for that long was silent
  expect(closed?.silentMs).toBeGreaterThan(0);
  expect(gateway.connections.isConnected(quiet.deviceId as never)).toBe(true);
  agent.kill('SIGKILL');
  alive.close();
  await gateway.stop();
}, 120_000);

test('an agent that takes nothing is cut before it costs memory, and its process is free to come back', async () => {
  const gateway = await startTestGateway();
  const identity = await gateway.enrol();
  const agent = await startAgentProcess(gateway.address, identity);
  agent.kill('SIGSTOP');
  const envelope = new Uint8Array(512 * 1024);
  const frame = { $typeName: 'muster.agent.v1.ServerFrame' as const };
  const body = {
    case: 'command' as const,
    value: { $typeName: 'muster.agent.v1.CommandDelivery' as const, commandId: '', envelope },
  };

  let sent = 0;
  while (sent < 64 && gateway.connections.send(identity.deviceId as never, { ...frame, body })) sent += 1;
  while (sent < 64 && gateway.connections.isConnected(identity.deviceId as never)) await Bun.sleep(5);

  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(64);
  agent.kill('SIGKILL');
  await gateway.stop();
});
