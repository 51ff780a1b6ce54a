import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Places, ServiceControl } from '../../os.ts';
import { removeTree } from '../../remove-tree.ts';
import { kernel32 } from '../native/kernel32.ts';
import { writeRegistryList } from '../native/registry.ts';
import { toWide } from '../native/wide.ts';
import { protectFolder } from './protect-folder.ts';
import { deleteService, putService, queryService, SERVICE_STATE, startService, stopService } from './scm.ts';

/** The service's name for programs; people see "Muster agent". */
export const SERVICE_NAME = 'MusterAgent';
const SERVICE_KEY = `SYSTEM\\CurrentControlSet\\Services\\${SERVICE_NAME}`;
const CHANGES_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;
const MOVEFILE_DELAY_UNTIL_REBOOT = 4;

/** What could turn the program into an interpreter of somebody's files is emptied for the service. */
const ENVIRONMENT = [
  'BUN_OPTIONS=',
  'BUN_BE_BUN=',
  'BUN_INSTALL=',
  'NODE_OPTIONS=',
  'NODE_TLS_REJECT_UNAUTHORIZED=',
  'NODE_EXTRA_CA_CERTS=',
];

/** EN-5: the agent as a Windows service under LocalSystem, started with the machine and restarted when it fails. */
export function createServiceControl(places: Places): ServiceControl {
  return {
    async install(plan) {
      await stopAndWait();
      placeProgram(plan.source, places.executable);
      putService({
        name: SERVICE_NAME,
        displayName: 'Muster agent',
        description: `Lets ${plan.serverName.replaceAll(/\p{Cc}/gu, '')} watch and maintain this machine.`,
        commandLine: `"${places.executable}" run`,
        restartAfterMs: 5_000,
        preshutdownMs: 10_000,
      });
      writeRegistryList(SERVICE_KEY, 'Environment', ENVIRONMENT);
      startService(SERVICE_NAME);
      await reach(SERVICE_STATE.RUNNING);
    },
    stop: stopAndWait,
    async uninstall() {
      await stopAndWait();
      deleteService(SERVICE_NAME);
      removeProgram(places.executable);
      removeTree(places.stateFolder);
    },
    async state() {
      const state = queryService(SERVICE_NAME);
      if (state === undefined) return 'not installed';
      return state === SERVICE_STATE.RUNNING ? 'running' : 'stopped';
    },
  };
}

async function stopAndWait(): Promise<void> {
  if (queryService(SERVICE_NAME) === undefined) return;
  stopService(SERVICE_NAME);
  await reach(SERVICE_STATE.STOPPED);
}

async function reach(wanted: number): Promise<void> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const state = queryService(SERVICE_NAME);
    if (state === wanted) return;
    if (wanted === SERVICE_STATE.RUNNING && state === SERVICE_STATE.STOPPED && waited > 2_000) {
      throw new Error('the service ended right after its start: "muster-agent run" in a console says why');
    }
    if (waited >= CHANGES_WITHIN_MS) throw new Error('the service did not do as it was told within 30 s');
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** A program that runs cannot be overwritten, but it can be renamed: the old one steps aside and goes when it can. */
function placeProgram(source: string, target: string): void {
  const folder = dirname(target);
  protectFolder(folder);
  if (source.toLowerCase() === target.toLowerCase()) return;
  copyFileSync(source, `${target}.new`);
  if (existsSync(target)) discard(target);
  renameSync(`${target}.new`, target);
}

function removeProgram(target: string): void {
  if (existsSync(target)) discard(target);
  removeTree(dirname(target));
}

/** Deletes a program; one that runs (it may be this one) is moved away and deleted by the next start of Windows. */
function discard(program: string): void {
  try {
    rmSync(program);
  } catch {
    const aside = join(tmpdir(), `muster-agent-${crypto.randomUUID()}.old`);
    renameSync(program, aside);
    kernel32.MoveFileExW(toWide(aside), null, MOVEFILE_DELAY_UNTIL_REBOOT);
  }
}
