import type { Process, ProcessSnapshot } from '@muster/contracts';
import { MAX_DEVICE_BYTES_PER_MINUTE, MAX_RESULT_BYTES } from '@muster/contracts/wire';
import type { System } from '../os/os.ts';
import { type Executor, pause } from './executor.ts';

/** Two looks this far apart give a processor share for a single list. */
const FIRST_LOOK_MS = 400;
/** What surrounds the processes in a snapshot (bytes). */
const ENVELOPE_BYTES = 1_024;
/** Half of what the server takes from this machine: the rest is for everything else that it has to say. */
const WATCH_BYTES_PER_MS = MAX_DEVICE_BYTES_PER_MINUTE / 2 / 60_000;

type Look = { readonly snapshot: ProcessSnapshot; readonly bytes: number };

/** RA-2: the processes of this machine, once or again and again while somebody watches. */
export const processList: Executor<'process.list'> = {
  async run({ watch }, { system, signal, emit }) {
    const looks = system.processes.watch();
    looks.snapshot();
    await pause(FIRST_LOOK_MS, signal);
    let look = take(system, looks);
    if (!watch) return look.snapshot;
    const endAt = system.monotonicMs() + watch.durationMs;
    emit(look.snapshot);
    for (let waitMs = paceOf(look, watch.intervalMs); system.monotonicMs() + waitMs <= endAt; ) {
      await pause(waitMs, signal);
      look = take(system, looks);
      emit(look.snapshot);
      waitMs = paceOf(look, watch.intervalMs);
    }
    return look.snapshot;
  },
};

/** A machine with very many processes tells of them less often, so that it is not cut for saying too much. */
function paceOf({ bytes }: Look, intervalMs: number): number {
  return Math.max(intervalMs, bytes / WATCH_BYTES_PER_MS);
}

function take(system: System, looks: { snapshot(): Process[] }): Look {
  const all = looks.snapshot();
  const { processes, bytes } = fitting(all);
  const snapshot = {
    takenAt: new Date().toISOString(),
    bootId: system.bootId(),
    total: all.length,
    processes,
  };
  return { snapshot, bytes };
}

type Fitting = { readonly processes: Process[]; readonly bytes: number };

/** Cuts command lines, the longest first, until the server takes the list; at last it leaves out who does least. */
function fitting(processes: Process[]): Fitting {
  for (const length of [1024, 256, 64]) {
    const cut = processes.map((one) => ({ ...one, command: one.command.slice(0, length) }));
    const bytes = Buffer.byteLength(JSON.stringify(cut)) + ENVELOPE_BYTES;
    if (bytes <= MAX_RESULT_BYTES) return { processes: cut, bytes };
  }
  return busiest(processes.map((one) => ({ ...one, command: one.command.slice(0, 32) })));
}

function busiest(processes: Process[]): Fitting {
  let bytes = ENVELOPE_BYTES;
  const kept = new Set<Process>();
  for (const one of processes.toSorted(byUse)) {
    const more = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes + more > MAX_RESULT_BYTES) break;
    bytes += more;
    kept.add(one);
  }
  return { processes: processes.filter((one) => kept.has(one)), bytes };
}

function byUse(one: Process, other: Process): number {
  return (other.cpuPercent ?? 0) - (one.cpuPercent ?? 0) || other.memoryBytes - one.memoryBytes;
}
