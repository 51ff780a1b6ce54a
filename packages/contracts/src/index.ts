export * from './commands/index.ts';
export * from './errors/index.ts';
export * from './events/index.ts';
export * from './http/index.ts';
export * from './ids/index.ts';
export * from './live/index.ts';
export * from './metrics/index.ts';
export * from './permissions/index.ts';
