import type { System } from '../os/os.ts';
import { type CheckedPayload, type Executor, ExecutorError, pause } from './executor.ts';

const LOOK_EVERY_MS = 100;
/** How long a forced end may take until it is called a failure: a process can hang in the kernel. */
const FORCED_WITHIN_MS = 5_000;

type Payload = CheckedPayload<'process.kill'>;

/** RA-2: ends one process: asks, waits, forces; and says what is true afterwards, by looking. */
export const processKill: Executor<'process.kill'> = {
  async run(payload, { system, signal }) {
    if (isOver(payload, system)) return { ended: true, forced: false, alreadyGone: true };
    refuseProtected(payload.pid, system);
    if (payload.graceMs > 0) {
      const asked = system.processes.end(payload.pid, payload.startToken, false);
      if (asked === 'gone') return { ended: true, forced: false, alreadyGone: true };
      if (asked === 'sent' && (await endsWithin(payload.graceMs, payload, system, signal))) {
        return { ended: true, forced: false, alreadyGone: false };
      }
    }
    system.processes.end(payload.pid, payload.startToken, true);
    const ended = await endsWithin(FORCED_WITHIN_MS, payload, system, signal);
    if (ended) return { ended, forced: true, alreadyGone: false };
    throw new ExecutorError(
      'still_running',
      `process ${payload.pid} was killed and is still there: it hangs in the system`,
    );
  },

  async reconcile(payload, system) {
    const isGone =
      payload.bootId !== system.bootId() || system.processes.startToken(payload.pid) !== payload.startToken;
    // who ended it, and how, is not known any more; that it has ended is
    return isGone ? { ended: true, forced: false, alreadyGone: false } : undefined;
  },
};

/** Already ended. Throws when the pid belongs to another process by now: the list it was taken from is old. */
function isOver({ pid, startToken, bootId }: Payload, system: System): boolean {
  if (bootId !== system.bootId()) return true;
  const token = system.processes.startToken(pid);
  if (token === undefined) return true;
  if (token === startToken) return false;
  throw new ExecutorError(
    'process_changed',
    `process ${pid} is another process by now: list the processes again`,
  );
}

function refuseProtected(pid: number, system: System): void {
  if (pid === process.pid)
    throw new ExecutorError('protected', 'the agent does not end itself: uninstall it instead');
  if (pid === 1 && system.name !== 'windows') {
    throw new ExecutorError('protected', 'process 1 is the system itself: reboot the machine instead');
  }
}

async function endsWithin(
  ms: number,
  payload: Payload,
  system: System,
  signal: AbortSignal,
): Promise<boolean> {
  const until = system.monotonicMs() + ms;
  for (;;) {
    if (system.processes.startToken(payload.pid) !== payload.startToken) return true;
    if (system.monotonicMs() >= until) return false;
    await pause(LOOK_EVERY_MS, signal);
  }
}
