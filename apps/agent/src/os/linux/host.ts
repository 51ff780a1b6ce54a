import type { Host, StopReason } from '../os.ts';

const ASK_SYSTEMD_FOR_MS = 1_000;

/**
 * The agent under systemd or in a terminal. SIGTERM and SIGINT end it; SIGUSR1 and SIGUSR2 are what the unit
 * `muster-agent-sleep` sends around a sleep.
 */
export async function host(work: (host: Host) => Promise<void>): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<StopReason>();
  const listeners: ((event: 'sleep' | 'wake') => void)[] = [];
  const stop = () => void whyStopping().then(resolve);
  const tell = (event: 'sleep' | 'wake') => {
    for (const listener of listeners) listener(event);
  };
  const sleep = () => tell('sleep');
  const wake = () => tell('wake');
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGUSR1', sleep).on('SIGUSR2', wake);
  try {
    await work({ stopped, onPower: (listener) => void listeners.push(listener) });
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGUSR1', sleep).off('SIGUSR2', wake);
  }
}

/** Whether only the agent ends, or the system with it: systemd's queue holds the target it is heading for. */
async function whyStopping(): Promise<StopReason> {
  try {
    const systemctl = Bun.spawn(['systemctl', 'list-jobs', '--no-legend', '--plain'], {
      stdout: 'pipe',
      stderr: 'ignore',
      timeout: ASK_SYSTEMD_FOR_MS,
    });
    return reasonFromJobs(await systemctl.stdout.text());
  } catch {
    return 'stop'; // no systemd here
  }
}

/** Reads the list of jobs of `systemctl list-jobs`. */
export function reasonFromJobs(jobs: string): StopReason {
  const starting = jobs.split('\n').filter((line) => line.includes(' start '));
  if (starting.some((line) => /\b(reboot|kexec|soft-reboot)\.target\b/.test(line))) return 'reboot';
  if (starting.some((line) => /\b(poweroff|halt|shutdown)\.target\b/.test(line))) return 'shutdown';
  return 'stop';
}
