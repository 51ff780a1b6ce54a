import { createInterface } from 'node:readline';
import { EXIT, Failure } from './failure.ts';

/** Refuses where nobody can be asked: no question is left hanging in a pipe. */
function requireTerminal(what: string): void {
  if (!process.stdin.isTTY)
    throw new Failure(
      EXIT.usage,
      `There is no terminal to ask for the ${what}. Use --email and --password-stdin, or MUSTER_EMAIL and MUSTER_PASSWORD.`,
    );
}

/** Asks on standard error, so that an answer can still be piped; needs a terminal. */
export function ask(question: string, what: string): Promise<string> {
  requireTerminal(what);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) =>
    lines.question(question, (answer) => {
      lines.close();
      resolve(answer.trim());
    }),
  );
}

/** Asks without echo; Ctrl-C ends the program as anywhere else. */
export function askHidden(question: string): Promise<string> {
  requireTerminal('password');
  process.stderr.write(question);
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
  });
}

/** A secret from standard input, without the line end. */
export async function readStandardInput(): Promise<string> {
  return (await Bun.stdin.text()).replace(/\r?\n$/, '');
}
