import type { Host, StopReason } from '../../os.ts';
import { queryProcessTable } from '../native/ntdll.ts';
import { parseProcessTable } from '../tables/process-table.ts';
import { meaningOf } from './controls.ts';
import { connectService, type ServiceLine } from './dispatcher.ts';
import { SERVICE_NAME } from './service.ts';

type Work = (host: Host) => Promise<void>;

/** The agent as a Windows service, or in a console, where Ctrl-C ends it. */
export async function host(work: Work): Promise<void> {
  return isStartedAsService() ? hostService(work) : hostConsole(work);
}

async function hostConsole(work: Work): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<StopReason>();
  const stop = () => resolve('stop');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    await work({ stopped, onPower: () => {} });
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

async function hostService(work: Work): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<StopReason>();
  const listeners: ((event: 'sleep' | 'wake') => void)[] = [];
  let line: ServiceLine | undefined;
  line = await connectService(SERVICE_NAME, (control, event) => {
    const meaning = meaningOf(control, event);
    if (!meaning) return;
    if ('power' in meaning) for (const listener of listeners) listener(meaning.power);
    else {
      line?.stopping();
      resolve(meaning.stop);
    }
  });
  line.running();
  try {
    await work({ stopped, onPower: (listener) => void listeners.push(listener) });
    line.stopped(0);
  } catch (error) {
    line.stopped(1); // with a code, so that the recovery actions start it again
    throw error;
  }
}

/** A service's parent is the Service Control Manager. */
export function isStartedAsService(): boolean {
  const entries = parseProcessTable(queryProcessTable());
  const parentPid = entries.find((entry) => entry.pid === process.pid)?.parentPid;
  return entries.some((entry) => entry.pid === parentPid && entry.name.toLowerCase() === 'services.exe');
}
