import { dumpSchema } from '../src/platform/db/schema-dump.ts';
import { testDatabase } from '../src/platform/db/testing.ts';

// Prints apps/server/schema.gen.sql: what the migrations add up to.
const { url, drop } = await testDatabase();
process.stdout.write(await dumpSchema(url));
await drop();
process.exit(0);
