import type { StopReason } from '../../os.ts';

const CONTROL_STOP = 1;
const CONTROL_SHUTDOWN = 5;
const CONTROL_POWER_EVENT = 13;
const CONTROL_PRESHUTDOWN = 15;
const POWER_SUSPEND = 0x4;
const POWER_RESUME_BY_USER = 0x7;
const POWER_RESUME = 0x12;

/** What a control code of the Service Control Manager (winsvc.h) means to the agent; undefined: nothing. */
export function meaningOf(
  control: number,
  event: number,
): { readonly stop: StopReason } | { readonly power: 'sleep' | 'wake' } | undefined {
  // Windows tells no service whether it shuts down or restarts
  if (control === CONTROL_SHUTDOWN || control === CONTROL_PRESHUTDOWN) return { stop: 'shutdown' };
  if (control === CONTROL_STOP) return { stop: 'stop' };
  if (control !== CONTROL_POWER_EVENT) return undefined;
  if (event === POWER_SUSPEND) return { power: 'sleep' };
  return event === POWER_RESUME || event === POWER_RESUME_BY_USER ? { power: 'wake' } : undefined;
}
