import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import type { TimelineEntry } from '@muster/contracts';
import { createFleet, muster, stageTerminal, type Terminal, until } from './src/index.ts';

/** The timeline by command line, of this very machine. */
setDefaultTimeout(240_000);

let terminal: Terminal;
let deviceId = '';
let env: Record<string, string> = {};
const fleet = createFleet(() => terminal.server);

beforeAll(async () => {
  terminal = await stageTerminal();
  deviceId = terminal.device.id;
  env = terminal.env;
}, 240_000);
afterAll(() => terminal.stop());

const list = (...words: string[]) => terminal.json<TimelineEntry[]>('timeline', deviceId, ...words);

test('UI-2 AG-6: what happened is listed newest first, by kind, by words and by number', async () => {
  const asked = await fleet.run(deviceId, 'process.list', {}, { reason: 'ticket 4711' });
  await fleet.ended(asked.id);

  const all = await until('the timeline is whole', async () => {
    const found = await list();
    return found.some(({ title }) => title === 'Online') && found;
  });
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
  expect(all.map(({ title }) => title)).toContain('Enrolled');
  const [command] = await list('--kind', 'command', '--search', '4711 LIST');
  expect(command).toMatchObject({ id: `command:${asked.id}`, tone: 'good' });
  const kinds = (await list('--kind', 'state,identity', '--since', '1h')).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['state', 'identity']));
  expect(await list('--limit', '1')).toHaveLength(1);
  expect(await list('--search', 'no such words')).toEqual([]);
});

test('UI-2 AG-6: a span is what lies from its begin to before its end, and one who follows sets no end', async () => {
  const all = await until('the timeline is whole', async () => {
    const found = await list();
    return found.some(({ title }) => title === 'Online') && found;
  });
  const [newest, oldest] = [all.at(0)?.at ?? '', all.at(-1)?.at ?? ''];
  const before = await list('--until', newest);
  expect(before).toEqual(all.filter(({ at }) => at < newest));
  const after = await list('--since', newest);
  expect(after.slice(-1)).toEqual(all.filter(({ at }) => at >= newest).slice(-1));
  expect(await list('--since', oldest, '--until', newest)).toEqual(before);
  expect(await list('--until', '1d')).toEqual([]);

  const wrong = (...words: string[]) => muster(['timeline', deviceId, ...words], env);
  const unread = await wrong('--until', 'soon');
  expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('--until takes a time')]);
  const endless = await wrong('--follow', '--until', '1h');
  expect([endless.code, endless.stderr]).toEqual([2, expect.stringContaining('leave out --until')]);
});

test('AG-6: a kind that there is not is said so, with those that there are', async () => {
  const { code, stderr } = await muster(['timeline', deviceId, '--kind', 'state,alerts'], env);
  expect([code, stderr]).toEqual([2, expect.stringContaining('no kind “alerts”; there are state')]);
});

test('UI-2 AG-6: whoever follows is told what happens once, and how it ended', async () => {
  const cli = join(import.meta.dir, '../apps/cli/src/main.ts');
  const words = ['timeline', deviceId, '--kind', 'command', '--limit', '1', '--follow', '--json'];
  const child = Bun.spawn([process.execPath, cli, ...words], {
    env: { ...Bun.env, ...env },
    stdout: 'pipe',
  });
  const entries: TimelineEntry[] = [];
  const reading = (async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      entries.push(...lines.map((line) => JSON.parse(line) as TimelineEntry));
    }
  })();
  try {
    await until('the newest is told', async () => entries.length === 1);
    const asked = await fleet.run(deviceId, 'process.list', {}, { reason: 'to see what runs' });
    await fleet.ended(asked.id);
    const told = () => entries.filter(({ id }) => id === `command:${asked.id}`);
    await until('its end is told', async () => told().at(-1)?.tone === 'good');
    await Bun.sleep(5_000);
    expect(told().filter(({ tone }) => tone === 'good')).toHaveLength(1);
    expect(entries.filter(({ id }) => id === entries[0]?.id)).toHaveLength(1);
  } finally {
    child.kill('SIGINT');
    await reading;
  }
});
