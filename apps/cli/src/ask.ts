import { createInterface } from 'node:readline';
import { EXIT, Failure } from './failure.ts';

const ELSE_AT_SIGN_IN = 'Use --email and --password-stdin, or MUSTER_EMAIL and MUSTER_PASSWORD.';

/** Refuses where nobody can be asked: no question is left hanging in a pipe. `instead` is what a script does. */
function requireTerminal(question: string, instead: string): void {
  if (process.stdin.isTTY) return;
  const asked = question.replace(/: $/, '').toLowerCase();
  throw new Failure(EXIT.usage, `There is no terminal to ask for the ${asked}. ${instead}`);
}

/** Asks on standard error, so that an answer can still be piped; needs a terminal. */
export function ask(question: string, instead = ELSE_AT_SIGN_IN): Promise<string> {
  requireTerminal(question, instead);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) =>
    lines.question(question, (answer) => {
      lines.close();
      resolve(answer.trim());
    }),
  );
}

/** Asks without echo; Ctrl-C ends the program as anywhere else. */
export function askHidden(question: string, instead = ELSE_AT_SIGN_IN): Promise<string> {
  requireTerminal(question, instead);
  // Before the question is to be seen: whoever answers at once is not echoed either.
  process.stdin.setRawMode(true);
  process.stdin.resume();
  let typed = '';
  return new Promise((resolve) => {
    const finish = () => {
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdin.off('data', onData);
      process.stderr.write('\n');
    };
    const onData = (chunk: Buffer) => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\u0003') {
          finish();
          process.exit(130);
        }
        if (key === '\r' || key === '\n') {
          finish();
          return resolve(typed);
        }
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    };
    process.stdin.on('data', onData);
    process.stderr.write(question);
  });
}

/** Whether somebody at the terminal means it; scripts say --yes. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Failure(EXIT.usage, `There is no terminal to ask: ${question} Say --yes if you mean it.`);
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `));
}

/** A secret from standard input, without the line end; `what` it is to be is named where nothing comes. */
export async function readStandardInput(what: string): Promise<string> {
  const text = (await Bun.stdin.text()).replace(/\r?\n$/, '');
  if (text === '') throw new Failure(EXIT.usage, `Standard input is empty; it is to be ${what}.`);
  return text;
}
