export { createDatabase, type Database, type DatabaseOptions, type Tx } from './database.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts';
export { type MigrationReport, migrate } from './migrate.ts';
