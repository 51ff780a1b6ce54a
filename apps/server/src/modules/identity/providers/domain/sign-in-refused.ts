import type { ProviderProblem } from '@muster/contracts';

/** A provider's word was not enough. The message is for the log and for whoever set the provider up. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
  constructor(
    readonly problem: ProviderProblem,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
