import type { Repeating } from '../../platform/bus/repeating.ts';
import type { CommandPort } from '../../platform/gateway/ports.ts';
import type { CommandsDeps, UseCaseDeps } from './command-deps.ts';
import { type CommandWatches, createCommandWatches } from './command-watches.ts';
import { createDelivery } from './delivery/deliver.ts';
import { type DueTimer, startDueTimer } from './delivery/due-timer.ts';
import { startRetention } from './delivery/retention.ts';
import { createUpdateTaker } from './delivery/take-updates.ts';
import { type CommandRoutes, createCommandRoutes } from './http.ts';
import { createLedgerMonths } from './ledger-months.ts';
import { cancelCommand } from './usecases/cancel-command.ts';
import type { CommandUseCases } from './usecases/command-use-cases.ts';
import { getCommand } from './usecases/get-command.ts';
import { listCommands } from './usecases/list-commands.ts';
import { runCommand } from './usecases/run-command.ts';

/** Commands: the ledger, signing where they are authorised, delivery, and what endpoints say of them. */
export interface Commands extends CommandUseCases {
  /** What the gateway calls. */
  readonly port: CommandPort;
  /** States and progress of single commands, for live views. Asks for no rights: whoever watches has read the command. */
  readonly watch: CommandWatches['watch'];
  readonly routes: CommandRoutes;
  /** Starts deciding about commands whose time has come, and dropping the months that ended long ago. */
  start(): void;
  /** Ends timers and waits for writes under way. */
  stop(): Promise<void>;
}

/** Wires the ledger to the database, the signer and the sockets. */
export function createCommands(deps: CommandsDeps): Commands {
  const watches = createCommandWatches(deps);
  const months = createLedgerMonths(deps);
  const delivery = createDelivery({ ...deps, watches });
  let timer: DueTimer | undefined;
  let retention: Repeating | undefined;
  const due = (at: Date) => timer?.note(at);
  const taker = createUpdateTaker({ ...deps, watches, onDue: due });
  const useCaseDeps: UseCaseDeps = {
    ...deps,
    watches,
    months,
    aftermath: { due, created: delivery.created, cancelWanted: delivery.cancelWanted },
  };
  const useCases: CommandUseCases = {
    run: (actor, input) => runCommand(useCaseDeps, actor, input),
    get: (actor, input) => getCommand(useCaseDeps, actor, input),
    list: (actor, input) => listCommands(useCaseDeps, actor, input),
    cancel: (actor, input) => cancelCommand(useCaseDeps, actor, input),
  };
  return {
    ...useCases,
    port: { reachable: delivery.reachable, forBeacon: delivery.forBeacon, update: taker.update },
    watch: watches.watch,
    routes: createCommandRoutes(useCases),
    start: () => {
      timer ??= startDueTimer({ ...deps, watches });
      retention ??= startRetention({ ...deps, months });
    },
    stop: async () => {
      await Promise.all([timer?.stop(), retention?.stop()]);
      await Promise.all([delivery.drain(), taker.drain()]);
    },
  };
}
