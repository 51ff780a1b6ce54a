import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { type Clock, systemClock } from '../../clock/index.ts';
import { certificatePem, openTrust } from '../../crypto/index.ts';
import { createDeviceKey, type DeviceKey } from '../../crypto/testing/device-key.ts';
import { createMemoryTrustStore } from '../../crypto/testing/memory-trust-store.ts';
import { createLog } from '../../log/index.ts';
import { createConnections, createGateway } from '../index.ts';
import type { AgentIdentity } from './agent-client.ts';
import { createMemoryRegistry } from './memory-registry.ts';

/** A real gateway on loopback with trust of its own; behind it a registry in memory. */
export async function startTestGateway(options: { clock?: Clock; deadAfterS?: number } = {}) {
  const { clock = systemClock, ...limits } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-gateway-'));
  const trust = await openTrust({ store: createMemoryTrustStore(), dataDir, now: () => new Date() });
  const registry = createMemoryRegistry(trust.keys);
  const connections = createConnections();
  const metrics = new Registry();
  const log = createLog('silent');
  const ports = registry.ports;
  const gateway = createGateway({ ports, trust, connections, clock, log, registry: metrics, ...limits });
  const { port } = gateway.listen('127.0.0.1', 0);

  return {
    trust,
    registry,
    connections,
    gateway,
    address: `127.0.0.1:${port}`,
    /** Enrols a device by hand: the registry has its key, the device CA its certificate. */
    async enrol(key: DeviceKey = createDeviceKey()): Promise<AgentIdentity> {
      const deviceId = Bun.randomUUIDv7();
      registry.add(deviceId, key.spki);
      return {
        deviceId,
        installationId: trust.installationId,
        key,
        certificate: certificatePem(await trust.issueDeviceCertificate(deviceId, key.spki)),
        serverCa: certificatePem(trust.serverCa),
        deviceToken: 'msd_first',
      };
    },
    /** The value of a counter, summed over labels that match. */
    async count(name: string, labels: Record<string, string> = {}): Promise<number> {
      const metric = await metrics.getSingleMetric(name)?.get();
      return (metric?.values ?? [])
        .filter((value) => Object.entries(labels).every(([key, wanted]) => value.labels[key] === wanted))
        .reduce((sum, value) => sum + value.value, 0);
    },
    async stop(): Promise<void> {
      await gateway.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** See `startTestGateway`. */
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;
