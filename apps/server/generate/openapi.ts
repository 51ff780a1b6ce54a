import { openApiText } from '../src/platform/http/openapi.ts';

// Prints docs/reference/openapi.gen.json.
process.stdout.write(await openApiText());
