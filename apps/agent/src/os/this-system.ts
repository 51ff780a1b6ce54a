import type { System } from './os.ts';

/** The system this program runs on; only its own folder is loaded. The build fixes `process.platform`. */
export async function thisSystem(): Promise<System> {
  if (process.platform === 'linux') return (await import('./linux/index.ts')).createSystem();
  if (process.platform === 'win32') return (await import('./windows/index.ts')).createSystem();
  if (process.platform === 'darwin') return (await import('./darwin/index.ts')).createSystem();
  throw new Error(`this agent does not know the system ${process.platform}`);
}
