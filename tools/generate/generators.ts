import { fromCommand } from './from-command.ts';
import type { Generator } from './generator.ts';
import { lockFile } from './lock-file.ts';
import { protobuf } from './protobuf.ts';

/** Everything that `npm run generate` writes. `npm run check` compares each with what is committed. */
export const generators: readonly Generator[] = [
  lockFile,
  protobuf,
  fromCommand('agent wire', 'apps/agent/src/wire/messages.gen.ts', ['apps/agent/src/build/generate-wire.ts']),
  fromCommand('agent commands', 'apps/agent/src/commands/catalogue.gen.ts', [
    'apps/agent/src/build/generate-catalogue.ts',
  ]),
  fromCommand('console contract', 'apps/web/src/api/contract.gen.ts', ['apps/web/generate/contract.ts']),
  fromCommand('audit actions of the console', 'apps/web/src/pages/audit/actions.gen.ts', [
    'apps/web/generate/audit-actions.ts',
  ]),
  fromCommand('schema', 'apps/server/schema.gen.sql', ['apps/server/generate/schema.ts']),
  fromCommand('API description', 'docs/reference/openapi.gen.json', ['apps/server/generate/openapi.ts']),
  fromCommand('configuration reference', 'docs/reference/configuration.gen.md', [
    'apps/server/generate/configuration.ts',
  ]),
  fromCommand('command line reference', 'docs/reference/commands.gen.md', ['apps/cli/generate/commands.ts']),
  fromCommand('settings reference', 'docs/reference/settings.gen.md', ['apps/server/generate/settings.ts']),
  fromCommand('permission reference', 'docs/reference/permissions.gen.md', [
    'apps/server/generate/permissions.ts',
  ]),
];
