import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyLevel } from '../config/policy.ts';
import { type Executor, pause } from '../executors/executor.ts';
import { createSystem } from '../os/linux/index.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Signer } from '../testing/signer.ts';
import { CommandState, type CommandUpdate, type KeyStatement } from '../wire/messages.gen.ts';
import { Caps } from './caps.ts';
import { CATALOGUE } from './catalogue.gen.ts';
import { CommandJournal } from './command-journal.ts';
import { Commands } from './commands.ts';
import { readStatements } from './statements.ts';

const installationId = 'here';
const deviceId = 'device-1';
const kill = { pid: 5, startToken: '1', bootId: 'b' };
const system = createSystem();
let folder: string;
let signer: Signer;
let statements: KeyStatement[];
let clock: FakeClock;
let journal: CommandJournal;
let updates: CommandUpdate[];
let isHeard: boolean;
let ran: string[];
let killBehaviour: Executor<'process.kill'>['run'];
let reconciled: { ended: boolean; forced: boolean; alreadyGone: boolean } | undefined;
let sequence = 100n;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-commands-'));
  signer = await Signer.create(installationId);
  const { body, signature } = await signer.statement();
  const stored = [{ body: body.toBase64(), signature: signature.toBase64() }];
  statements = await readStatements({
    installationId,
    rootPublicKey: signer.root.publicKey.toBase64(),
    statements: stored,
  });
  clock = new FakeClock();
  clock.wallOffsetMs = Date.now() - clock.monotonicMs();
  journal = new CommandJournal(join(folder, 'commands'));
  updates = [];
  isHeard = true;
  ran = [];
  reconciled = undefined;
  killBehaviour = async () => ({ ended: true, forced: false, alreadyGone: false });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(caps = new Caps(), policy: PolicyLevel = 'control'): Commands {
  const executors = {
    'process.list': { run: async () => ({ at: ran.push('list') }) },
    'process.kill': {
      run: (payload: never, context: never) => {
        ran.push('kill');
        return killBehaviour(payload, context);
      },
      reconcile: async () => reconciled,
    },
  } as unknown as Record<string, Executor<never>>;
  return new Commands({
    system,
    clock,
    log: { say: () => {}, warn: () => {} },
    journal,
    catalogue: CATALOGUE,
    executors,
    inventory: { collect: async () => [] },
    caps,
    installationId,
    deviceId,
    policy,
    statements: () => statements,
    serverNowMs: () => clock.wallMs(),
    send: (update) => {
      if (isHeard) updates.push(update);
      return isHeard;
    },
  });
}
async function aKill(more: Parameters<Signer['envelope']>[0] = {}) {
  const commandId = crypto.randomUUID();
  sequence += 1n;
  const envelope = await signer.envelope({
    name: 'process.kill',
    payloadJson: kill,
    deviceId,
    commandId,
    sequence,
    // By the test's clock, which stands still however long a loaded machine takes.
    notBeforeMs: BigInt(Math.floor(clock.wallMs()) - 1_000),
    ...more,
  });
  return { commandId, envelope };
}
/** A crash: nothing in memory is left. */
function restart(policy?: PolicyLevel): Commands {
  journal.close();
  journal = new CommandJournal(join(folder, 'commands'));
  return open(new Caps(), policy);
}
const lastOf = (commandId: string) => updates.findLast((update) => update.commandId === commandId);

test('a command is received, runs and succeeds, and its end is repeated until it is acknowledged', async () => {
  const commands = open();
  const { commandId, envelope } = await aKill();
  await commands.deliver(envelope);
  await Bun.sleep(0);
  const waiting = commands.updates.unacknowledged().map((update) => update.commandId);
  commands.updates.acknowledged(commandId, CommandState.SUCCEEDED);

  expect(updates.map((update) => update.state)).toEqual([
    CommandState.RECEIVED,
    CommandState.RUNNING,
    CommandState.SUCCEEDED,
  ]);
  expect(waiting).toEqual([commandId]);
  expect(commands.updates.unacknowledged()).toEqual([]);
});

test('a replayed command runs once: delivered again, at the same moment, after a restart, and after it was pruned', async () => {
  let commands = open();
  const { commandId, envelope } = await aKill();
  await Promise.all([commands.deliver(envelope), commands.deliver(envelope)]);
  await commands.deliver(envelope);
  await Bun.sleep(0);
  commands = restart();
  await commands.deliver(envelope);
  const again = lastOf(commandId)?.state;
  commands.updates.acknowledged(commandId, CommandState.SUCCEEDED);
  const { envelope: later } = await aKill({ floor: sequence + 1n });
  await commands.deliver(later);
  commands.tick();
  await commands.deliver(envelope);

  expect(again).toBe(CommandState.SUCCEEDED);
  expect(ran).toEqual(['kill', 'kill']);
  expect(lastOf(commandId)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'replayed' });
});

test('an end that nobody heard survives a restart and is said afterwards', async () => {
  isHeard = false;
  const { commandId, envelope } = await aKill();
  await open().deliver(envelope);
  await Bun.sleep(0);
  const commands = restart();
  await commands.recover();

  const [update] = commands.updates.unacknowledged();
  expect(update).toMatchObject({ commandId, state: CommandState.SUCCEEDED });
  expect(JSON.parse(new TextDecoder().decode(update?.payload))).toMatchObject({ ended: true });
  expect(ran).toEqual(['kill']);
});

test('after a crash an at-most-once command is never run again: reconciled where that can be, else interrupted', async () => {
  killBehaviour = () => new Promise(() => {});
  const found = await aKill();
  await open().deliver(found.envelope);
  reconciled = { ended: true, forced: false, alreadyGone: false };
  await restart().recover();
  reconciled = undefined;
  const unknown = await aKill();
  await open().deliver(unknown.envelope);
  await restart().recover();

  expect(lastOf(found.commandId)?.state).toBe(CommandState.SUCCEEDED);
  expect(lastOf(unknown.commandId)?.state).toBe(CommandState.INTERRUPTED);
  expect(ran).toEqual(['kill', 'kill']);
});

test('a command for later waits for its time, also across a restart; one for now passes it', async () => {
  const at = BigInt(Math.round(clock.wallMs()) + 60_000);
  const later = await aKill({ notBeforeMs: at, deliverByMs: at + 60_000n });
  const commands = open();
  await commands.deliver(later.envelope);
  const now = await aKill();
  await commands.deliver(now.envelope);
  await Bun.sleep(0);
  const before = [lastOf(later.commandId)?.state, lastOf(now.commandId)?.state];
  const reopened = restart();
  await reopened.recover();
  clock.pass(61_000);
  reopened.tick();
  await Bun.sleep(0);

  expect(before).toEqual([CommandState.RECEIVED, CommandState.SUCCEEDED]);
  expect(lastOf(later.commandId)?.state).toBe(CommandState.SUCCEEDED);
});

test('foundations 1: a command that waits is refused after a restart under a lower policy, and expires with its deliver-by', async () => {
  const at = BigInt(Math.round(clock.wallMs()) + 60_000);
  const [above, late] = [crypto.randomUUID(), crypto.randomUUID()];
  const whenever = { notBeforeMs: at, deliverByMs: at + 60_000n };
  await open().deliver((await aKill({ ...whenever, commandId: above })).envelope);
  const lowered = restart('observe');
  await lowered.recover();
  await restart().deliver((await aKill({ ...whenever, commandId: late })).envelope);
  clock.pass(3_600_000);

  const reopened = restart();
  await reopened.recover();
  reopened.tick();
  await Bun.sleep(0);

  expect(lastOf(above)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'policy' });
  expect(lastOf(late)).toMatchObject({ state: CommandState.EXPIRED, errorCode: 'expired' });
  expect(ran).toEqual([]);
});

test('a cancelled command ends as cancelled, whether it waited or ran', async () => {
  killBehaviour = async (_, { signal }) => {
    await pause(60_000, signal);
    return { ended: true, forced: false, alreadyGone: false };
  };
  const at = BigInt(Math.round(clock.wallMs()) + 60_000);
  const commands = open();
  const waiting = await aKill({ notBeforeMs: at, deliverByMs: at + 60_000n });
  const running = await aKill();
  await commands.deliver(waiting.envelope);
  await commands.deliver(running.envelope);
  commands.cancel(waiting.commandId);
  commands.cancel(running.commandId);
  await Bun.sleep(0);
  clock.pass(120_000);
  commands.tick();

  expect(lastOf(waiting.commandId)?.state).toBe(CommandState.CANCELLED);
  expect(lastOf(running.commandId)?.state).toBe(CommandState.CANCELLED);
  expect(ran).toEqual(['kill']);
});

test('a command cancelled before it came is answered, and never runs when it comes, also after a restart', async () => {
  const commands = open();
  const { commandId, envelope } = await aKill();
  commands.cancel(commandId);
  const answer = lastOf(commandId)?.state;
  await commands.deliver(envelope);
  const reopened = restart();
  await reopened.recover();
  reopened.updates.acknowledged(commandId, CommandState.CANCELLED);
  reopened.tick();
  updates = [];
  await reopened.deliver(envelope);
  const raced = await aKill();
  const delivered = reopened.deliver(raced.envelope);
  reopened.cancel(raced.commandId);
  await delivered;
  await Bun.sleep(0);

  expect(answer).toBe(CommandState.CANCELLED);
  expect(lastOf(commandId)?.state).toBe(CommandState.CANCELLED);
  expect(lastOf(raced.commandId)?.state).toBe(CommandState.CANCELLED);
  expect(ran).toEqual([]);
});

test('RA-10: a forged envelope is refused under the command that it was delivered as, and one of another command too', async () => {
  const commands = open();
  const [forged, moved] = [crypto.randomUUID(), crypto.randomUUID()];
  const genuine = await aKill();

  await commands.deliver(new Uint8Array([1, 2, 3]), forged);
  await commands.deliver(genuine.envelope, moved);
  const before = ran.length;
  await commands.deliver(genuine.envelope, genuine.commandId);
  await Bun.sleep(0);
  await commands.deliver(new Uint8Array([1, 2, 3]), genuine.commandId);

  expect(lastOf(forged)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'malformed' });
  expect(lastOf(moved)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'wrong_command' });
  expect(before).toBe(0);
  expect(lastOf(genuine.commandId)?.state).toBe(CommandState.SUCCEEDED);
  expect(ran).toEqual(['kill']);
});

test('a command that takes too long fails as timed out', async () => {
  killBehaviour = async (_, { signal }) => {
    await pause(600_000, signal);
    return { ended: true, forced: false, alreadyGone: false };
  };
  const { commandId, envelope } = await aKill({ timeoutMs: 5_000 });
  await open().deliver(envelope);
  clock.pass(5_001);
  await Bun.sleep(0);

  expect(lastOf(commandId)).toMatchObject({ state: CommandState.FAILED, errorCode: 'timeout' });
});

test('the endpoint itself bounds what a stolen server can do in an hour', async () => {
  const commands = open(new Caps({ read: 5, change: 2, dangerous: 0 }));
  const sent = [await aKill(), await aKill(), await aKill()];
  for (const { envelope } of sent) await commands.deliver(envelope);
  const third = lastOf(sent[2]?.commandId ?? '');
  clock.pass(3_600_001);
  const later = await aKill({ deliverByMs: BigInt(Math.round(clock.wallMs()) + 60_000) });
  await commands.deliver(later.envelope);
  await Bun.sleep(0);

  expect(third).toMatchObject({ state: CommandState.REFUSED, errorCode: 'cap' });
  expect(lastOf(later.commandId)?.state).toBe(CommandState.SUCCEEDED);
});

test('a full journal takes only commands that read', async () => {
  isHeard = false;
  const commands = open();
  killBehaviour = async () => ({
    ended: true,
    forced: false,
    alreadyGone: false,
    ballast: 'x'.repeat(500_000),
  });
  for (let count = 0; count < 9; count++) {
    await commands.deliver((await aKill()).envelope);
    await Bun.sleep(0);
  }
  isHeard = true;
  const change = await aKill();
  const read = await aKill({ name: 'process.list', payloadJson: {} });
  await commands.deliver(change.envelope);
  await commands.deliver(read.envelope);
  await Bun.sleep(0);

  expect(journal.isFull).toBe(true);
  expect(lastOf(change.commandId)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'journal_full' });
  expect(lastOf(read.commandId)?.state).toBe(CommandState.SUCCEEDED);
});

test('a result that no server takes is a failure that says so', async () => {
  const huge = { ended: true, forced: false, alreadyGone: false, ballast: 'x'.repeat(600_000) };
  killBehaviour = async () => huge;
  const { commandId, envelope } = await aKill();
  await open().deliver(envelope);
  await Bun.sleep(0);

  expect(lastOf(commandId)).toMatchObject({ state: CommandState.FAILED, errorCode: 'result_too_large' });
});

test("a restored server's commands count from a new epoch, and the old epoch is over", async () => {
  const commands = open();
  const old = await aKill();
  await commands.deliver(old.envelope);
  const fresh = await aKill({ epoch: 2, sequence: 1n, floor: 1n });
  await commands.deliver(fresh.envelope);
  const late = await aKill();
  await commands.deliver(late.envelope);
  await Bun.sleep(0);

  expect(lastOf(fresh.commandId)?.state).toBe(CommandState.SUCCEEDED);
  expect(lastOf(late.commandId)).toMatchObject({ state: CommandState.REFUSED, errorCode: 'epoch' });
});

test('weeks of acknowledged commands leave a small journal and nothing in memory', async () => {
  const commands = open(new Caps({ read: 1e9, change: 1e9, dangerous: 1e9 }));
  for (let count = 0; count < 400; count++) {
    const { commandId, envelope } = await aKill({ floor: sequence });
    await commands.deliver(envelope);
    while (lastOf(commandId)?.state !== CommandState.SUCCEEDED) await Bun.sleep(0);
    commands.updates.acknowledged(commandId, CommandState.SUCCEEDED);
    commands.tick();
  }

  expect(journal.entries().length).toBeLessThanOrEqual(3);
  expect(Bun.file(join(folder, 'commands')).size).toBeLessThan(160 * 1024);
});
