import type { CommandName, PolicyLevel } from '@muster/contracts';
import type { Schema } from './check-payload.ts';

/** What the agent needs of one entry of the command catalogue; generated, so that zod stays out of the agent. */
export type CatalogueEntry = {
  readonly name: CommandName;
  readonly version: number;
  readonly level: PolicyLevel;
  readonly risk: 'read' | 'change' | 'dangerous';
  readonly effect: 'idempotent' | 'at_most_once';
  readonly timeoutMs: number;
  readonly payload: Schema;
};
