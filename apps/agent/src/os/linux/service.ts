import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Places, ServiceControl, ServicePlan } from '../os.ts';

const UNIT = 'muster-agent.service';
const UNIT_PATH = `/etc/systemd/system/${UNIT}`;
const SLEEP_UNIT = 'muster-agent-sleep.service';
/** So that `muster-agent status` works as people type it. */
const COMMAND_LINK = '/usr/local/bin/muster-agent';
const SLEEP_UNIT_PATH = `/etc/systemd/system/${SLEEP_UNIT}`;

/** EN-5: the agent as a systemd service. */
export function createServiceControl(places: Places): ServiceControl {
  return {
    async install(plan) {
      requireSystemd();
      placeProgram(plan.source, places.executable);
      placeLink(places.executable);
      writeWhole(UNIT_PATH, unitFile(places, plan));
      writeWhole(SLEEP_UNIT_PATH, sleepUnitFile());
      await systemctl('daemon-reload');
      await systemctl('enable', UNIT, SLEEP_UNIT);
      await systemctl('restart', UNIT);
    },
    async stop() {
      if (existsSync(UNIT_PATH)) await systemctl('stop', UNIT);
    },
    async uninstall() {
      if (existsSync(UNIT_PATH)) {
        await systemctl('disable', '--now', UNIT, SLEEP_UNIT);
        rmSync(UNIT_PATH, { force: true });
        rmSync(SLEEP_UNIT_PATH, { force: true });
        await systemctl('daemon-reload');
      }
      if (isOwnLink(places.executable)) rmSync(COMMAND_LINK, { force: true });
      rmSync(dirname(places.executable), { recursive: true, force: true });
      rmSync(places.stateFolder, { recursive: true, force: true });
    },
    async state() {
      if (!existsSync(UNIT_PATH)) return 'not installed';
      const { exitCode } = Bun.spawnSync(['systemctl', 'is-active', '--quiet', UNIT]);
      return exitCode === 0 ? 'running' : 'stopped';
    },
  };
}

/**
 * The unit. What could turn the program into an interpreter of somebody's files is taken out of its environment, and
 * it stands in a folder that only root can write. KillMode=process: scripts and terminals have scopes of their own and
 * outlive the agent. There is no sandbox: children would inherit it.
 */
export function unitFile(places: Places, { serverName }: Pick<ServicePlan, 'serverName'>): string {
  return `[Unit]
Description=Muster agent (managed by ${serverName.replaceAll(/[%\p{Cc}]/gu, '')})
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${places.executable} run
WorkingDirectory=${places.stateFolder}
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN BUN_INSTALL NODE_OPTIONS NODE_TLS_REJECT_UNAUTHORIZED NODE_EXTRA_CA_CERTS LD_PRELOAD LD_LIBRARY_PATH
KillMode=process
KillSignal=SIGTERM
TimeoutStopSec=10
Restart=always
RestartSec=5
MemoryHigh=192M
MemoryMax=384M
MemorySwapMax=64M
TasksMax=512
OOMPolicy=continue
UMask=0077
Nice=5

[Install]
WantedBy=multi-user.target
`;
}

/** Tells the agent before the machine sleeps, and when it is back. */
function sleepUnitFile(): string {
  return `[Unit]
Description=Tell the Muster agent about sleep
Before=sleep.target
StopWhenUnneeded=yes

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-/bin/systemctl kill --kill-who=main --signal=SIGUSR1 ${UNIT}
ExecStop=-/bin/systemctl kill --kill-who=main --signal=SIGUSR2 ${UNIT}

[Install]
WantedBy=sleep.target
`;
}

function requireSystemd(): void {
  if (existsSync('/run/systemd/system')) return;
  throw new Error(
    'systemd does not run here: start the agent with "muster-agent run" under your own supervisor',
  );
}

/** Copied beside and renamed: a running program is replaced without "text file busy", and never half there. */
function placeProgram(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  if (source !== target) {
    copyFileSync(source, `${target}.new`);
    chmodSync(`${target}.new`, 0o755);
    chownSync(`${target}.new`, 0, 0);
    renameSync(`${target}.new`, target);
  }
}

/** Somebody else's file of that name stays. */
function placeLink(executable: string): void {
  if (lstatSync(COMMAND_LINK, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(COMMAND_LINK), { recursive: true, mode: 0o755 });
  symlinkSync(executable, COMMAND_LINK);
}

function isOwnLink(executable: string): boolean {
  const found = lstatSync(COMMAND_LINK, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true && readlinkSync(COMMAND_LINK) === executable;
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o644 });
  renameSync(`${path}.new`, path);
}

async function systemctl(...words: string[]): Promise<void> {
  const done = Bun.spawn(['systemctl', ...words], { stdout: 'ignore', stderr: 'pipe', timeout: 60_000 });
  const complaint = await done.stderr.text();
  if ((await done.exited) !== 0) throw new Error(`systemctl ${words.join(' ')} failed: ${complaint.trim()}`);
}
