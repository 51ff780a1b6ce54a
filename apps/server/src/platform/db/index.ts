export { createDatabase, type Database, type Tx } from './database.ts';
export { startEmbeddedPostgres } from './embedded/index.ts';
export { migrate } from './migrate.ts';
