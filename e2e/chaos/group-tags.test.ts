import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Group, GroupTags } from '@muster/contracts';
import { seedFleet } from '../console/seed-fleet.ts';
import { freePort, openDatabase, type RunningServer, startServer, until } from '../src/index.ts';

/** The server is killed while the many devices of a group are being given its tags. */
setDefaultTimeout(240_000);
const DEVICES = 1_600;
const WITHIN_MS = 120_000;

let folder: string;
let server: RunningServer;
let places: { port: number; gatewayPort: number; dataFolder: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-group-tags-'));
  places = { port: await freePort(), gatewayPort: await freePort(), dataFolder: join(folder, 'data') };
  server = await startServer(places);
  await seedFleet(places.dataFolder, DEVICES);
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('GT-6: tags that a killed server had given to some devices of a group are given to the others when it is back', async () => {
  const { id } = await server.api<Group>('POST', '/groups', { name: 'Everything', query: 'hostname = *' });
  const carried = () => server.api<GroupTags>('GET', `/groups/${id}/tags`);
  const isFull = async () => {
    const { items } = await server.api<{ items: Group[] }>('GET', '/groups');
    return items.some(({ settled, devices }) => settled && devices === DEVICES);
  };
  await until('every device is in the group', isFull, WITHIN_MS);

  // Whoever holds the last device holds up the page that it is on.
  const sql = openDatabase(places.dataFolder);
  let ended: Promise<unknown> | undefined;
  const held = sql.begin(async (tx) => {
    await tx.unsafe(
      'select from devices where id = (select id from devices order by id desc limit 1) for update',
    );
    await server.api('PUT', `/groups/${id}/tags`, { tags: { wave: '1' } }, { 'if-match': '*' });
    await until(
      'some devices have the tag',
      async () => (await carried()).change?.looked === 1_500,
      WITHIN_MS,
    );
    ended = server.end('SIGKILL');
    await ended;
  });
  // Its PostgreSQL goes with it, maybe before it is let go.
  await held.catch((error: unknown) => {
    if (!ended) throw error;
  });
  await ended;
  await sql.close().catch(() => undefined);
  server = await startServer(places);

  await until(
    'every device has the tag',
    async () => (await carried()).change?.finishedAt !== null,
    WITHIN_MS,
  );
  expect((await carried()).change).toMatchObject({ devices: DEVICES, looked: DEVICES, changed: DEVICES });
});
