export * from './machine/boot-machine.ts';
export * from './network/create-namespace.ts';
export * from './parts.ts';
export { cleanup } from './process/leases.ts';
export { type RunOptions, type RunResult, runProcess } from './process/run-process.ts';
