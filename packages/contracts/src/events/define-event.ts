import type { z } from 'zod';

/** One entry of the event catalogue. `subject` names the noun whose id the event is about. */
export type EventEntry<Type extends string = string, Payload extends z.ZodType = z.ZodType> = {
  readonly type: Type;
  readonly version: number;
  readonly subject: 'device' | 'command' | 'user';
  readonly priority: 'low' | 'normal' | 'high' | 'critical';
  readonly describe: string;
  readonly payload: Payload;
};

export function defineEvent<const Type extends string, Payload extends z.ZodType>(
  entry: EventEntry<Type, Payload>,
): EventEntry<Type, Payload> {
  return Object.freeze(entry);
}
