import { CommanderError } from 'commander';
import { environment, findLogin } from './config.ts';
import { EXIT, type Failure, toFailure } from './failure.ts';
import { printable } from './output.ts';
import { createProgram, misused } from './program.ts';

/** Runs the command line; errors go to standard error, as a problem document under --json, and decide the exit code. */
async function main(): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync();
    return EXIT.ok;
  } catch (error) {
    // Whoever reads has seen enough, as behind `| head`.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return EXIT.ok;
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (error instanceof CommanderError) return tell(misused(program, process.argv.slice(2), error));
    return tell(toFailure(error, environment.server ?? findLogin()?.server));
  }
}

function tell(failure: Failure): number {
  const text = process.argv.includes('--json')
    ? JSON.stringify(failure.problem ?? { detail: failure.message, exit: failure.exitCode })
    : `muster: ${printable(failure.message)}`;
  process.stderr.write(`${text}\n`);
  return failure.exitCode;
}

process.exit(await main());
