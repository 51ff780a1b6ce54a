export { createDatabase, type Database, type Tx } from './database.ts';
export { findRunningPostgres, startEmbeddedPostgres } from './embedded/index.ts';
export { deviceInScope, ofDeviceInScope, siteInScope, uuids } from './in-scope.ts';
export { migrate } from './migrate.ts';
export { refuseTaken, refuseTakenName } from './refuse-taken.ts';
