import { expect, test } from 'bun:test';
import type { Process, ProcessSnapshot } from '@muster/contracts';
import { MAX_DEVICE_BYTES_PER_MINUTE, MAX_RESULT_BYTES } from '@muster/contracts/wire';
import type { System } from '../os/os.ts';
import { processList } from './process-list.ts';

/** A server with very many processes, whose command lines are long and not all of them ASCII. */
function aMachineWith(count: number): System {
  const processes = Array.from(
    { length: count },
    (_, pid): Process => ({
      pid,
      parentPid: 1,
      startToken: String(pid),
      name: 'java',
      command: `/opt/server/bin/java -cp ${'ä'.repeat(900)} ${pid}`,
      user: 'app',
      state: 'sleeping',
      cpuPercent: 0.1,
      memoryBytes: 100_000_000,
      threads: 12,
      startedAt: '2026-11-21T12:00:00.000Z',
    }),
  );
  const looks = { snapshot: () => processes };
  const system = {
    processes: { watch: () => looks },
    bootId: () => 'boot',
    monotonicMs: () => performance.now(),
  };
  return system as unknown as System;
}

const sizeOf = (snapshot: ProcessSnapshot) => Buffer.byteLength(JSON.stringify(snapshot));

/** Looks once; or watches, until as many answers came. */
async function look(system: System, answers = 0) {
  const said: ProcessSnapshot[] = [];
  const enough = new AbortController();
  const looking = processList.run(
    { watch: answers > 0 ? { durationMs: 600_000, intervalMs: 1_000 } : undefined },
    {
      system,
      inventory: { collect: () => Promise.reject(new Error('not asked for')) },
      signal: enough.signal,
      emit: (progress) => {
        if (said.push(progress as ProcessSnapshot) === answers) enough.abort();
      },
    },
  );
  const result = await looking.catch((error: unknown) => {
    if (said.length < answers) throw error;
    return said.at(-1) as ProcessSnapshot;
  });
  return { result, said };
}

test('RA-2: the processes of a busy server fit into what a server takes, all of them', async () => {
  for (const count of [300, 700, 1_500]) {
    const { result } = await look(aMachineWith(count));

    expect(result.processes).toHaveLength(count);
    expect(result.total).toBe(count);
    expect(sizeOf(result)).toBeLessThanOrEqual(MAX_RESULT_BYTES);
  }
});

test('RA-2: of more processes than an answer has room for those are told that do something, and how many there are', async () => {
  const system = aMachineWith(6_000);
  const busy = system.processes.watch().snapshot()[5_990];
  if (busy) busy.cpuPercent = 90;

  const { result } = await look(system);

  expect(result.total).toBe(6_000);
  expect(result.processes.length).toBeGreaterThan(1_500);
  expect(sizeOf(result)).toBeLessThanOrEqual(MAX_RESULT_BYTES);
  expect(result.processes.at(-1)).toMatchObject({ pid: 5_990, cpuPercent: 90 });
});

test('RA-2: watched, a busy server stays below what a device may say within a minute', async () => {
  const { said } = await look(aMachineWith(1_500), 3);

  // Between the first and the last of them, by the times that they carry: what comes later than it should is no more.
  const [first, last] = [said[0]?.takenAt, said.at(-1)?.takenAt].map((at) => Date.parse(at ?? ''));
  const bytes = said.slice(1).reduce((sum, one) => sum + sizeOf(one), 0);
  expect(said).toHaveLength(3);
  expect((bytes / ((last ?? 0) - (first ?? 0))) * 60_000).toBeLessThan(MAX_DEVICE_BYTES_PER_MINUTE);
});
