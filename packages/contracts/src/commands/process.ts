import { z } from 'zod';
import { defineCommand } from './define-command.ts';

/** One process as the endpoint saw it. `startToken` with `bootId` and `pid` names it for good; pids are reused. */
export const Process = z.object({
  pid: z.number().int().nonnegative(),
  parentPid: z.number().int().nonnegative(),
  startToken: z.string().max(64),
  name: z.string(),
  command: z.string(),
  user: z.string().nullable(),
  state: z.string(),
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number().int().nonnegative(),
  threads: z.number().int().nullable(),
  startedAt: z.iso.datetime().nullable(),
});
export type Process = z.infer<typeof Process>;

/**
 * The processes at one moment. `cpuPercent` is of one processor, since the previous look. `total` counts those that the
 * answer has no room for as well, the quietest; agents from before it tell of all or fail.
 */
export const ProcessSnapshot = z.object({
  takenAt: z.iso.datetime(),
  bootId: z.string(),
  total: z.number().int().nonnegative().optional(),
  processes: z.array(Process),
});
export type ProcessSnapshot = z.infer<typeof ProcessSnapshot>;

export const processList = defineCommand({
  name: 'process.list',
  version: 1,
  title: 'List processes',
  describe:
    'Every process with its owner, processor and memory use; with `watch`, again and again as progress.',
  permission: 'processes:read',
  level: 'observe',
  risk: 'read',
  effect: 'idempotent',
  timeoutMs: 15 * 60_000,
  deliverWithinMs: 60_000,
  payload: z.object({
    /** Keep sending snapshots as progress for this long; the result is the last one. */
    watch: z
      .object({
        durationMs: z
          .number()
          .int()
          .min(1_000)
          .max(10 * 60_000),
        intervalMs: z.number().int().min(1_000).max(60_000).default(2_000),
      })
      .optional(),
  }),
  progress: ProcessSnapshot,
  result: ProcessSnapshot,
});

export const processKill = defineCommand({
  name: 'process.kill',
  version: 1,
  title: 'End process',
  describe:
    'Ends one process: asks first, then forces after the grace time. Refused when the pid is another process by now.',
  permission: 'processes:kill',
  level: 'manage',
  risk: 'change',
  effect: 'at_most_once',
  timeoutMs: 60_000,
  deliverWithinMs: 10 * 60_000,
  payload: z.object({
    pid: z.number().int().positive(),
    startToken: z.string().max(64),
    bootId: z.string().max(64),
    /** Milliseconds to wait after asking before forcing; 0 forces at once. */
    graceMs: z.number().int().min(0).max(30_000).default(5_000),
  }),
  result: z.object({
    /** What is true now, verified by looking: the process is gone, and whether it had to be forced. */
    ended: z.boolean(),
    forced: z.boolean(),
    alreadyGone: z.boolean(),
  }),
});
