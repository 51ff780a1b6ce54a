import { COMMANDS, type CommandName, contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { CommandUseCases } from './usecases/command-use-cases.ts';
import { listCatalogue } from './usecases/list-catalogue.ts';
import type { RunInput } from './usecases/run-command.ts';

export type CommandRoutes = ReturnType<typeof createCommandRoutes>;

/** The routes of contract.commands; each catalogue entry has one to run it. */
export function createCommandRoutes(commands: CommandUseCases) {
  const os = implement(contract.commands).$context<RequestContext>();
  type RunRoutes = { [Name in CommandName]: ReturnType<(typeof os)['run'][Name]['handler']> };
  const run = Object.fromEntries(
    (Object.keys(COMMANDS) as CommandName[]).map((name) => [
      name,
      os.run[name].handler(({ context, input }) =>
        commands.run(context.actor, { ...input, name } as RunInput),
      ),
    ]),
  ) as RunRoutes;
  return os.router({
    run,
    catalogue: os.catalogue.handler(() => listCatalogue()),
    list: os.list.handler(({ context, input }) => commands.list(context.actor, input)),
    get: os.get.handler(({ context, input }) => commands.get(context.actor, input)),
    cancel: os.cancel.handler(({ context, input }) => commands.cancel(context.actor, input)),
  });
}
