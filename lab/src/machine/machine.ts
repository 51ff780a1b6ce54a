import type { RunOptions, RunResult } from '../process/run-process.ts';

/** Settings of a command inside a machine. `network: 'host'` gives that one command this machine's network. */
export interface MachineRunOptions extends RunOptions {
  readonly network?: 'machine' | 'host';
}

/** What a new machine is called, and the files laid on its disk before it first boots. */
export interface MachineOptions {
  readonly name: string;
  readonly files?: Readonly<Record<string, string | Uint8Array | Blob>>;
}

/** How long to wait for a machine to be up, and which boot must be over first. */
export interface WaitOptions {
  readonly afterBootId?: string;
  readonly timeoutMs?: number;
}

/** A Debian machine with a systemd of its own, its own network and a disk of its own. */
export interface Machine {
  readonly name: string;
  /** Its address; only this machine (`hostIp`) can reach it. */
  readonly ip: string;
  /** Where the machine finds servers of the test; also `host.muster.internal` in its hosts file. */
  readonly hostIp: string;
  /** Its file system as seen from here; write to it only while the machine is off. */
  readonly root: string;
  run(command: readonly string[], options?: MachineRunOptions): Promise<RunResult>;
  readFile(path: string): Promise<string>;
  putFile(path: string, content: string | Uint8Array | Blob, mode?: number): Promise<void>;
  /** The identity of the present boot: the container's own, new at every boot. */
  bootId(): Promise<string>;
  /** Resolves with the boot id once systemd has settled (`running` or `degraded`). */
  waitUntilUp(options?: WaitOptions): Promise<string>;
  /** Asks the system to reboot and waits until it is up again. */
  reboot(timeoutMs?: number): Promise<string>;
  /** Whether its system runs or is on its way up or down; false once it has powered off. */
  isOn(): boolean;
  /** Resolves once the system has powered itself off, however that was asked for. */
  waitUntilOff(timeoutMs?: number): Promise<void>;
  /** Takes the power away: no process says goodbye, no connection is closed. What was written stays on disk. */
  powerCut(): Promise<void>;
  /** Starts a machine that is off, on the same disk, with its cable plugged in. */
  powerOn(): Promise<string>;
  linkDown(): Promise<void>;
  linkUp(): Promise<void>;
  /** Freezes every process in it, as a suspended laptop or virtual machine does. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Powers off and removes disk, network and control groups. */
  stop(): Promise<void>;
}
