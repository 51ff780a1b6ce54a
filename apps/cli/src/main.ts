import { CommanderError } from 'commander';
import { environment, findLogin } from './config.ts';
import { EXIT, toFailure } from './failure.ts';
import { printable } from './output.ts';
import { createProgram } from './program.ts';

/** Runs the command line; errors go to standard error, as a problem document under --json, and decide the exit code. */
async function main(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = toFailure(error, environment.server ?? findLogin()?.server);
    const asJson = process.argv.includes('--json');
    const text = asJson
      ? JSON.stringify(failure.problem ?? { detail: failure.message, exit: failure.exitCode })
      : `muster: ${printable(failure.message)}`;
    process.stderr.write(`${text}\n`);
    return failure.exitCode;
  }
}

process.stdout.on('error', () => process.exit(EXIT.ok));
process.exit(await main());
