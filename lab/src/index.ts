export { type Arm64Options, type Arm64Process, runArm64 } from './arm64/run-arm64.ts';
export { type BrowserOptions, type LabBrowser, launchBrowser } from './browser/launch-browser.ts';
export {
  type ChaosOptions,
  type ChaosProxy,
  type ChaosStats,
  type Endpoint,
  startChaosProxy,
} from './chaos/tcp-proxy.ts';
export { startUdpChaosProxy, type UdpChaosProxy, type UdpStats } from './chaos/udp-proxy.ts';
export { compileFor, labRuntime } from './compile/compile-for.ts';
export { bootMachine, cloneMachine } from './machine/boot-machine.ts';
export type { Machine, MachineOptions, MachineRunOptions, WaitOptions } from './machine/machine.ts';
export { createNamespace, type Namespace } from './network/create-namespace.ts';
export { findProgram, type LabPart, skipReason } from './parts.ts';
export { cleanup } from './process/leases.ts';
export { type RunOptions, type RunResult, runProcess } from './process/run-process.ts';
export { type ExeOptions, type WinePrefix, type WineProcess, winePrefix } from './wine/wine-prefix.ts';
