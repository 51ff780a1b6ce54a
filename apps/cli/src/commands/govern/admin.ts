import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, Failure } from '../../failure.ts';

/** The server's own program, in the checkout that both come from. */
const PROGRAM = join(import.meta.dir, '..', '..', '..', '..', 'server', 'src', 'admin.ts');

export function addAdmin(program: Command): void {
  program
    .command('admin')
    .description(
      "on the server's own machine: help for whoever is locked out (`reset`), another key for secrets (`rotate-key`)",
    )
    .argument(
      '[words...]',
      'reset [--email ADDRESS] [--password-stdin] or rotate-key, with [--data DIR] [--database-url URL]',
    )
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      if (!existsSync(PROGRAM)) {
        throw new Failure(
          EXIT.usage,
          "`admin` works on the server's own machine, in the folder it was installed from.",
        );
      }
      const child = Bun.spawn([process.execPath, PROGRAM, ...words], {
        stdio: ['inherit', 'inherit', 'inherit'],
      });
      const code = await child.exited;
      if (code !== 0) process.exit(code);
    });
}
