import {
  COMMAND_STATES,
  COMMANDS,
  contract,
  ENDED_COMMAND_STATES,
  LIVE_PATH,
  LIVE_SUBPROTOCOL,
  LIVE_TICKET_PREFIX,
  MAX_WATCHED_DEVICES,
} from '@muster/contracts';
import { minifyContractRouter } from '@orpc/contract';

// Prints src/api/contract.gen.ts: methods and paths of the API, and what the console shows of the command catalogue.
// The schemas stay behind: the browser would load a validator for answers that the server has made from those schemas.

const commands = Object.fromEntries(
  Object.values(COMMANDS).map(({ name, title, permission, risk }) => [name, { title, permission, risk }]),
);

console.log(
  [
    '// Generated from packages/contracts by `npm run generate`. Do not edit.',
    `export const CONTRACT = ${JSON.stringify(minifyContractRouter(contract), null, 2)};`,
    '',
    `export const COMMAND_CATALOGUE = ${JSON.stringify(commands, null, 2)} as const;`,
    '',
    `export const COMMAND_STATES = ${JSON.stringify(COMMAND_STATES)} as const;`,
    `export const ENDED_COMMAND_STATES = ${JSON.stringify(ENDED_COMMAND_STATES)} as const;`,
    '',
    `export const LIVE_PATH = '${LIVE_PATH}';`,
    `export const LIVE_SUBPROTOCOL = '${LIVE_SUBPROTOCOL}';`,
    `export const LIVE_TICKET_PREFIX = '${LIVE_TICKET_PREFIX}';`,
    `export const MAX_WATCHED_DEVICES = ${MAX_WATCHED_DEVICES};`,
  ].join('\n'),
);
