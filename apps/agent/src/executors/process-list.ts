import type { Process, ProcessSnapshot } from '@muster/contracts';
import type { System } from '../os/os.ts';
import { type Executor, pause } from './executor.ts';

/** Two looks this far apart give a processor share for a single list. */
const FIRST_LOOK_MS = 400;
/** A result travels in one frame of 1 MiB at most: command lines are cut until it fits. */
const MAX_RESULT_BYTES = 900_000;

/** RA-2: the processes of this machine, once or again and again while somebody watches. */
export const processList: Executor<'process.list'> = {
  async run({ watch }, { system, signal, emit }) {
    const looks = system.processes.watch();
    looks.snapshot();
    await pause(FIRST_LOOK_MS, signal);
    let snapshot = take(system, looks);
    if (!watch) return snapshot;
    const endAt = system.monotonicMs() + watch.durationMs;
    emit(snapshot);
    while (system.monotonicMs() + watch.intervalMs <= endAt) {
      await pause(watch.intervalMs, signal);
      snapshot = take(system, looks);
      emit(snapshot);
    }
    return snapshot;
  },
};

function take(system: System, looks: { snapshot(): Process[] }): ProcessSnapshot {
  return {
    takenAt: new Date().toISOString(),
    bootId: system.bootId(),
    processes: fitting(looks.snapshot()),
  };
}

/** Cuts command lines, the longest first, until the list fits into a frame. */
function fitting(processes: Process[]): Process[] {
  for (const length of [1024, 256, 64, 0]) {
    const cut = processes.map((one) => ({ ...one, command: one.command.slice(0, length) }));
    if (length === 0 || JSON.stringify(cut).length <= MAX_RESULT_BYTES) return cut;
  }
  return processes;
}
