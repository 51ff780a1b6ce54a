import type { MetricName, Process } from '@muster/contracts';
import type { Readers } from '../inventory/item.ts';
import type { Draft } from '../wire/codec.ts';
import type { Facts } from '../wire/messages.gen.ts';
import type { Connections } from './connection-list.ts';

/**
 * The seam between the agent and the system under it. `os/{linux,windows,darwin}/` each export one
 * `createSystem(): System`; everything else in the agent knows only these types. Calls marked cheap run on a timer of
 * every endpoint: they are synchronous, spawn nothing and reuse what they allocate.
 */
export interface System {
  readonly name: 'linux' | 'windows' | 'darwin';
  readonly places: Places;
  readonly processes: ProcessControl;
  readonly service: ServiceControl;

  /** Who this machine is; read at start, once an hour, and when the server asks. `agentVersion` is filled by the caller. */
  facts(): Promise<Draft<Facts>>;
  /** Id of the system's current boot: changes with every boot, and with nothing else. */
  bootId(): string;
  /** Since that boot, sleep included. Cheap. */
  uptimeMs(): number;
  /** Never goes back and keeps counting while the machine sleeps; the zero is arbitrary. Cheap. */
  monotonicMs(): number;

  /** What this machine consists of, by category. Called in a process of its own: it may spawn and take memory. */
  inventory(): Promise<Readers>;

  /** The sockets of TCP and UDP with the processes that hold them; at most so many. Throws when the system refuses. */
  connections(most: number): Promise<Connections>;

  /** Fresh collectors with no memory of earlier samples (rates need two looks). Least important last: shed from there. */
  collectors(): Collector[];

  /** What this process costs. Cheap. */
  selfUsage(): SelfUsage;
  /** Gives pages back that can be had again without the disk. Missing where the system has no such call. */
  readonly memory?: { release(): void; readonly everyMs: number };

  /**
   * Makes the folder, or takes one that is there, so that only root (or SYSTEM) can enter it. Throws when somebody else
   * has made it. Missing where the mode of the folder is enough.
   */
  protectFolder?(path: string): void;

  /**
   * Keeps a line of the agent's log where nobody would read its stderr. Missing where the service manager does.
   */
  keepLogLine?(line: string): void;

  /**
   * Runs the agent as the system's service manager (or a terminal) wants it, and resolves when `work` has.
   */
  host(work: (host: Host) => Promise<void>): Promise<void>;
}

/** What the system tells a running agent. */
export type Host = {
  /** Resolves once, when the agent is asked to end, with the reason to give the server. */
  readonly stopped: Promise<StopReason>;
  /** The machine is about to sleep, or has come back. Systems that cannot tell never call it. */
  onPower(listener: (event: 'sleep' | 'wake') => void): void;
};

/** Reasons of a Goodbye frame that the system can know. */
export type StopReason = 'shutdown' | 'reboot' | 'stop';

/** Where the agent lives on this system; both belong to root (or SYSTEM) and to nobody else. */
export type Places = {
  /** Keys, identity, journal, settings. */
  readonly stateFolder: string;
  /** Where `install` puts the program. */
  readonly executable: string;
};

/** One thing that can be measured. Throws when the system does not offer it; the sampler counts that and goes on. */
export interface Collector {
  readonly name: string;
  /** Kept even when the agent sheds work to stay under its own ceiling. */
  readonly essential: boolean;
  sample(sink: SampleSink): void;
}

/** Where collectors put what they read, as real values in the catalogue's unit. */
export interface SampleSink {
  device(metric: MetricName, value: number): void;
  /** `instance` is an object that the collector keeps from sample to sample. */
  instance(instance: InstanceName, metric: MetricName, value: number): void;
}

export type InstanceKind = 'disk' | 'interface' | 'temperature' | 'fan' | 'voltage';

/** Kind and name identify an instance on this machine; `detail` may change. */
export type InstanceName = {
  readonly kind: InstanceKind;
  readonly name: string;
  readonly detail: string;
};

export type SelfUsage = {
  readonly residentBytes: number;
  /** Processor time of this process since it started, user and system. */
  readonly cpuMs: number;
};

export interface ProcessControl {
  /** A look that remembers the one before it, so that `cpuPercent` is the share since then (null at the first). */
  watch(): { snapshot(): Process[] };
  /** Start token of the process that has this pid now; undefined when there is none (a zombie counts as none). */
  startToken(pid: number): string | undefined;
  /**
   * Asks the process to end, or with `force` ends it. `gone`: no such process with this start token (any more).
   * `unaskable`: it is there, and this system has no way to ask it. Throws when the system forbids it.
   */
  end(pid: number, startToken: string, force: boolean): 'sent' | 'gone' | 'unaskable';
}

export type ServicePlan = {
  /** The program to copy into place: normally the one that is running. */
  readonly source: string;
  /** What people call the server; shown in the service's description. */
  readonly serverName: string;
};

export interface ServiceControl {
  /** Copies the program into place, registers and (re)starts the service. Running it again repairs. */
  install(plan: ServicePlan): Promise<void>;
  /** Stops the service if it runs; resolves when it has ended. */
  stop(): Promise<void>;
  /** Removes service, program and state folder. Nothing there is not an error. */
  uninstall(): Promise<void>;
  state(): Promise<'running' | 'stopped' | 'not installed'>;
}
