import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, CommandName, Device, Presence } from '@muster/contracts';
import { SQL } from 'bun';
import type { RunningServer } from './start-server.ts';
import { until } from './until.ts';

type Api = Pick<RunningServer, 'api'>;

/** What tests ask a server about its devices. `server` is asked each time: it may be another process by then. */
export function createFleet(server: () => Api) {
  const device = (id: string) => server().api<Device>('GET', `/devices/${id}`);
  const command = (id: string) => server().api<Command>('GET', `/commands/${id}`);
  return {
    device,
    command,
    newToken: async (input: object = {}) =>
      (await server().api<{ secret: string }>('POST', '/enrolment-tokens', input)).secret,
    /** Waits until the device is seen so. */
    presence: (id: string, wanted: Presence, withinMs?: number) =>
      until(`${wanted}`, async () => (await device(id)).presence === wanted && (await device(id)), withinMs),
    run: (id: string, name: CommandName, payload: object, options: object = {}) =>
      server().api<Command>('POST', `/devices/${id}/commands/${name}`, { payload, ...options }),
    /** Waits until the command has ended, and returns it as it ended. */
    ended: (id: string, withinMs?: number) =>
      until(
        'the command ends',
        async () => {
          const now = await command(id).catch(() => undefined);
          return now !== undefined && now.endedAt !== null && now;
        },
        withinMs,
      ),
    /** Starts of the minutes (seconds since the epoch) of which the server has the device's processor load. */
    minutes: async (id: string, from: Date, to: Date) => {
      const range = `from=${from.toISOString()}&to=${to.toISOString()}&resolution=60&metrics=cpu`;
      const answer = await server().api<{ times: number[]; series: { mean: (number | null)[] }[] }>(
        'GET',
        `/devices/${id}/telemetry?${range}`,
      );
      return answer.times.filter((_, index) => answer.series[0]?.mean[index] != null);
    },
  };
}

/** The embedded database of a server, opened by its owner: what somebody can do who got at the database itself. */
export function openDatabase(dataFolder: string): SQL {
  const password = readFileSync(join(dataFolder, 'postgres/password'), 'utf8').trim();
  const port = readPostmaster(dataFolder)[3];
  return new SQL(`postgres://muster:${password}@127.0.0.1:${port}/muster`, { max: 1 });
}

/** Process id of a server's embedded PostgreSQL. */
export function postmasterPid(dataFolder: string): number {
  return Number(readPostmaster(dataFolder)[0]);
}

function readPostmaster(dataFolder: string): string[] {
  return readFileSync(join(dataFolder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
}
