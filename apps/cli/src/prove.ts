import type { SignedIn } from '@muster/contracts';
import { ask, askHidden } from './ask.ts';
import type { Client } from './client.ts';
import { EXIT, Failure, problemIn } from './failure.ts';

// Second factors at a terminal: codes can be typed, passkeys need the browser.

const byBrowser =
  'A passkey needs the browser: run `muster login` without a password and approve the code there.';

/** Finishes a sign-in whose password was right with a typed code; throws `error` when it wanted nothing of the kind. */
export async function finishByFactor(client: Client, error: unknown): Promise<SignedIn> {
  const problem = problemIn(error);
  if (problem?.code !== 'factor_required') throw error;
  const methods = Array.isArray(problem.params.methods) ? problem.params.methods : [];
  const method = await askMethod(methods);
  if (!method) throw new Failure(EXIT.signedOut, byBrowser, problem);
  const ticket = String(problem.params.ticket);
  return client.factors.finish({ ticket, proof: method });
}

/** Proves again who sits at the terminal; false where there is no terminal, or nothing that can be typed. */
export async function proveAgain(client: Client, methods: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  process.stderr.write('This needs a fresh proof that it is you.\n');
  const typed = await askMethod(methods);
  if (typed) await client.factors.prove({ proof: typed });
  else if (methods.includes('password'))
    await client.factors.prove({ proof: { method: 'password', password: await askHidden('Password: ') } });
  else throw new Failure(EXIT.signedOut, byBrowser);
  return true;
}

type TypedProof = { method: 'totp' | 'recovery'; code: string };

/** A typed code of what `methods` allow: six digits are a one-time password, anything else a recovery code. */
async function askMethod(methods: readonly unknown[]): Promise<TypedProof | undefined> {
  const takesTotp = methods.includes('totp');
  const takesRecovery = methods.includes('recovery');
  if (!takesTotp && !takesRecovery) return undefined;
  const question = takesTotp
    ? `Code of your authenticator${takesRecovery ? ', or a recovery code' : ''}: `
    : 'Recovery code: ';
  const code = (await ask(question)).replaceAll(' ', '');
  return { method: takesTotp && /^\d{6,8}$/.test(code) ? 'totp' : 'recovery', code };
}
