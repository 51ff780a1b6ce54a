export * from './actions.ts';
export * from './base64.ts';
export * from './checkpoint.ts';
export * from './entry.ts';
export * from './export.ts';
export * from './merkle.ts';
export * from './proofs.ts';
export * from './verify-export.ts';
export { contentHash, type LogReport } from './verify-log.ts';
