import { COMMANDS, type CommandEntry, type CommandName, MusterError } from '@muster/contracts';
import { type CommandUpdate, MAX_RESULT_BYTES, CommandState as WireState } from '@muster/contracts/wire';
import { createBatcher } from '../../../platform/bus/batcher.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { isId } from '../../../platform/new-id.ts';
import type { CommandsDeps } from '../command-deps.ts';
import type { CommandWatches } from '../command-watches.ts';
import { lockRecords } from '../db/commands.ts';
import { writeChanges } from '../db/write-changes.ts';
import type { CommandChange, CommandRecord } from '../domain/command-record.ts';
import { endedEvents } from '../domain/ended-events.ts';
import { judgeUpdate, parsePayload } from '../domain/judge-update.ts';

/** Updates of many devices share a transaction: a thousand devices that answer at once cost a handful. */
const UPDATES_AT_ONCE = 500;
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const GATHER_MS = 2;

/** Takes what endpoints say of their commands. */
export interface UpdateTaker {
  /**
   * Resolves after commit, also when the update changed nothing: then it was late, repeated, or of a command that the
   * ledger no longer has, and the endpoint may forget it. Rejects with `forbidden` for another device's command.
   */
  update(link: DeviceLink, update: CommandUpdate): Promise<void>;
  drain(): Promise<void>;
}

export type UpdateTakerDeps = Pick<CommandsDeps, 'database' | 'events' | 'clock'> & {
  readonly watches: CommandWatches;
  readonly onDue: (at: Date) => void;
};

type Said = { readonly link: DeviceLink; readonly update: CommandUpdate };
type Verdict = 'taken' | 'foreign';

export function createUpdateTaker(deps: UpdateTakerDeps): UpdateTaker {
  const batcher = createBatcher<Said, Verdict>({
    maxItems: UPDATES_AT_ONCE,
    weigh: ({ update }) => update.payload.length,
    maxWeight: BYTES_AT_ONCE,
    gatherMs: GATHER_MS,
    run: (said) => takeBatch(deps, said),
  });
  return {
    update: async (link, update) => {
      if (!isId(update.commandId)) throw new MusterError('invalid_input', 'Not a command id.');
      if (update.state === WireState.PROGRESS) return takeProgress(deps.watches, link, update);
      const verdict = await batcher.add({ link, update });
      if (verdict === 'foreign') throw foreign(link, update);
    },
    drain: batcher.drain,
  };
}

/** Progress is for whoever looks right now; nothing of it is kept, and what does not fit the catalogue is dropped. */
function takeProgress(watches: CommandWatches, link: DeviceLink, update: CommandUpdate): void {
  const watched = watches.find(update.commandId);
  if (!watched) return;
  if (watched.deviceId !== link.deviceId) throw foreign(link, update);
  if (update.payload.length > MAX_RESULT_BYTES || !(watched.name in COMMANDS)) return;
  const payload = parsePayload(update.payload);
  const entry: CommandEntry = COMMANDS[watched.name as CommandName];
  if (entry.progress?.safeParse(payload).success) {
    watches.progressed(update.commandId, { number: update.progressNumber, payload });
  }
}

function foreign(link: DeviceLink, update: CommandUpdate): MusterError {
  return new MusterError('forbidden', 'The command belongs to another device.', {
    commandId: update.commandId,
    deviceId: link.deviceId,
  });
}

async function takeBatch(deps: UpdateTakerDeps, said: Said[]): Promise<Verdict[]> {
  const { verdicts, changes } = await deps.database.system('command updates', (tx) =>
    judgeBatch(deps, tx, said),
  );
  if (changes.length > 0) deps.events.committed();
  deps.watches.changed(changes.map((change) => change.to.id));
  for (const { to } of changes) if (to.dueAt) deps.onDue(to.dueAt);
  return verdicts;
}

async function judgeBatch(
  deps: UpdateTakerDeps,
  tx: Tx,
  said: Said[],
): Promise<{ verdicts: Verdict[]; changes: CommandChange[] }> {
  const now = new Date(deps.clock.now());
  const ids = new Set(said.map(({ update }) => update.commandId));
  const records = new Map((await lockRecords(tx, [...ids])).map((record) => [record.id, record]));
  const changes = new Map<string, CommandChange>();
  const verdicts = said.map(({ link, update }): Verdict => {
    const record: CommandRecord | undefined =
      changes.get(update.commandId)?.to ?? records.get(update.commandId);
    if (!record) return 'taken';
    if (record.deviceId !== link.deviceId) return 'foreign';
    const change = judgeUpdate(record, update, now);
    // Several updates of one command become one write, from the state that the row has.
    if (change) changes.set(record.id, { ...change, from: changes.get(record.id)?.from ?? change.from });
    return 'taken';
  });
  const written = [...changes.values()];
  await writeChanges(tx, written);
  await deps.events.appendMany(tx, endedEvents(written));
  return { verdicts, changes: written };
}
