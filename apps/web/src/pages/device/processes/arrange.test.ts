import { expect, test } from 'bun:test';
import type { Process } from '@muster/contracts';
import { arrange } from './arrange.ts';

const aProcess = (pid: number, parentPid: number, name: string, cpuPercent = 0): Process => ({
  pid,
  parentPid,
  name,
  cpuPercent,
  startToken: '',
  command: '',
  user: null,
  state: 'S',
  memoryBytes: 0,
  threads: null,
  startedAt: null,
});

const RUNNING = [
  aProcess(1, 0, 'init'),
  aProcess(30, 1, 'shell', 1),
  aProcess(20, 1, 'cron', 5),
  aProcess(31, 30, 'sleep'),
];

test('UI-2: processes are ordered by any column, downwards with a minus', () => {
  const order = (sort: string) =>
    arrange(RUNNING, { sort, filter: '', isTree: false }).map(({ name }) => name);

  expect(order('-cpu')).toEqual(['cron', 'shell', 'init', 'sleep']);
  expect(order('name')).toEqual(['cron', 'init', 'shell', 'sleep']);
});

test('UI-2: in the tree children stand below their parent, and a match keeps its ancestors', () => {
  const tree = arrange(RUNNING, { sort: 'pid', filter: '', isTree: true });
  const found = arrange(RUNNING, { sort: 'pid', filter: 'sleep', isTree: true });

  expect(tree.map(({ name, depth }) => `${depth} ${name}`)).toEqual([
    '0 init',
    '1 cron',
    '1 shell',
    '2 sleep',
  ]);
  expect(found.map(({ name }) => name)).toEqual(['init', 'shell', 'sleep']);
});

test('UI-2: two processes that call each other parent do not hang the page', () => {
  const circle = [aProcess(5, 6, 'a'), aProcess(6, 5, 'b'), aProcess(1, 0, 'init')];

  expect(arrange(circle, { sort: 'pid', filter: '', isTree: true }).map(({ name }) => name)).toEqual([
    'init',
  ]);
});
