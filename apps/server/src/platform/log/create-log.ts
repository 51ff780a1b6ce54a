import { type DestinationStream, type Logger, pino } from 'pino';
import { redact, scrubText } from './redact.ts';

export type { Logger };

/** One line of JSON per entry on standard output (or `destination`); secrets are taken out on the way. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      // Errors are turned into plain objects by `redact`; pino's own serialiser must not see them again.
      serializers: { err: (value: unknown) => value },
      formatters: {
        level: (label) => ({ level: label }),
        log: (entry) => redact(entry) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const cleaned = args.map((argument) =>
            typeof argument === 'string' ? scrubText(argument) : argument,
          );
          method.apply(this, cleaned as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
  // Children inherit from their parent, this method included; pino itself would write their fields unseen.
  const child = log.child;
  log.child = function redactedChild(this: Logger, bindings, options) {
    return child.call(this, redact(bindings) as typeof bindings, options);
  } as typeof child;
  return log;
}
