import { configReference } from '../src/platform/config/index.ts';

// Prints docs/reference/configuration.gen.md.
process.stdout.write(configReference());
