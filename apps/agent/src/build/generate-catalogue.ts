import { COMMANDS } from '@muster/contracts/commands';
import { z } from 'zod';

/** Prints apps/agent/src/commands/catalogue.gen.ts: what an agent has to know of the command catalogue. */

const entries = Object.values(COMMANDS).map((command) => ({
  name: command.name,
  version: command.version,
  level: command.level,
  risk: command.risk,
  effect: command.effect,
  timeoutMs: command.timeoutMs,
  payload: {
    ...z.toJSONSchema(command.payload, { io: 'input', unrepresentable: 'throw' }),
    $schema: undefined,
  },
}));

console.log(
  [
    '// Generated from packages/contracts/src/commands by `npm run generate`. Do not edit.',
    "import type { CatalogueEntry } from './catalogue-entry.ts';",
    '',
    `export const CATALOGUE: readonly CatalogueEntry[] = ${JSON.stringify(entries, null, 2)};`,
  ].join('\n'),
);
