export { InvalidConfigError, readConfig } from './read-config.ts';
export { configReference } from './reference.ts';
export type { Config } from './schema.ts';
