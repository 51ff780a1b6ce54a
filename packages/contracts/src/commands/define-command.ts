import type { z } from 'zod';
import type { Permission } from '../permissions/index.ts';

/** Local policy levels of an endpoint, lowest first. A command runs only where the endpoint's level reaches its own. */
export const POLICY_LEVELS = ['observe', 'manage', 'control'] as const;
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** The longest that a command may wait for its device, in milliseconds. Ledgers rely on it: nothing stays open for ever. */
export const LONGEST_DELIVER_WITHIN_MS = 90 * 86_400_000;

/**
 * One entry of the command catalogue. `effect` decides what happens after a crash: an idempotent command may run again,
 * an at-most-once command never does; its executor's `reconcile` finds out how it ended. Durations are milliseconds.
 */
export type CommandEntry<
  Name extends string = string,
  Payload extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
  Progress extends z.ZodType = z.ZodType,
> = {
  readonly name: Name;
  readonly version: number;
  readonly title: string;
  readonly describe: string;
  readonly permission: Permission;
  readonly level: PolicyLevel;
  readonly risk: 'read' | 'change' | 'dangerous';
  readonly effect: 'idempotent' | 'at_most_once';
  readonly timeoutMs: number;
  readonly deliverWithinMs: number;
  readonly payload: Payload;
  readonly result: Result;
  readonly progress?: Progress;
};

export function defineCommand<
  const Name extends string,
  Payload extends z.ZodType,
  Result extends z.ZodType,
  Progress extends z.ZodType = z.ZodNever,
>(entry: CommandEntry<Name, Payload, Result, Progress>): CommandEntry<Name, Payload, Result, Progress> {
  return Object.freeze(entry);
}
