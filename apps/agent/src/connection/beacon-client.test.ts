import { expect, test } from 'bun:test';
import { createBeaconClient } from './beacon-client.ts';

test('HB-5: nothing is composed for a server that is away', async () => {
  // A port that was free a moment ago.
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } });
  const gateway = `127.0.0.1:${listener.port}`;
  listener.stop(true);
  let composed = 0;
  const send = createBeaconClient({
    tls: () => ({ ca: '', cert: '', key: '', serverName: 'gateway' }),
    proxy: undefined,
    deviceId: 'd',
    sign: async () => new Uint8Array(64),
    serverTime: () => undefined,
  });

  const answer = send(gateway, () => {
    composed += 1;
    return { beacon: {} };
  });

  await expect(answer).rejects.toThrow();
  expect(composed).toBe(0);
});
