import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrees } from '../check/testing/make-tree.ts';
import { filesToRepeat, runTwice } from './run-groups.ts';
import { judge, runTests } from './run-tests.ts';
import {
  addUp,
  describeFailures,
  describeFile,
  describeSecondTries,
  describeTotals,
  isGood,
  tail,
} from './summary.ts';

const makeTree = prepareTrees();

/** A killed orphan stays in the table of processes until init has read its end; it does not run any more. */
function isRunning(pid: number): boolean {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'stat=', '-p', String(pid)]);
  const state = stdout.toString().trim();
  return state !== '' && !state.startsWith('Z');
}

const LIMIT_MS = 120_000;
/** Long enough for the file to have begun. */
const HANGS_MS = 5_000;
const imports = "import { afterAll, expect, test } from 'bun:test';\n";

function batchOf(files: Record<string, string>, limitMs = LIMIT_MS) {
  const args = ['--only-failures'];
  return { root: makeTree(files), files: Object.keys(files), limitMs, args, env: { GIVEN: 'yes' } };
}

async function run(files: Record<string, string>, limitMs = LIMIT_MS) {
  const batch = batchOf(files, limitMs);
  return { root: batch.root, ...(await runTests(batch)) };
}

test('tests that pass, fail and are skipped are counted, with the reason that the process printed', async () => {
  const { files } = await run({
    'a.test.ts': `${imports}
      process.stderr.write('SKIPPED: lab part wine: missing wine64\\n');
      test('passes', () => expect(process.env.GIVEN).toBe('yes'));
      test('fails', () => expect(1).toBe(2));
      test.skip('needs wine', () => undefined);`,
  });

  expect(files).toEqual([
    {
      file: 'a.test.ts',
      passed: 1,
      failed: ['fails'],
      skipped: [{ title: 'needs wine', reason: 'lab part wine: missing wine64' }],
      problem: '1 failed: fails',
    },
  ]);
});

test('a file that runs no test is a failure, and so is one that does not load', async () => {
  const { files } = await run({
    'empty.test.ts': "console.log('nothing here');\n",
    'broken.test.ts': "import { lost } from './nowhere.ts';\nlost();\n",
    'good.test.ts': `${imports}test('passes', () => expect(1).toBe(1));\n`,
  });

  expect(files.map(({ file, problem }) => [file, problem !== undefined])).toEqual([
    ['empty.test.ts', true],
    ['broken.test.ts', true],
    ['good.test.ts', false],
  ]);
});

test('a process that fails though each test passed fails its file', () => {
  const counts = new Map([['late.test.ts', { passed: 1, failed: [], skipped: [] }]]);
  const ended = { code: 7, signal: null, timedOut: false, output: '' };

  const [late] = judge({ files: ['late.test.ts'], limitMs: LIMIT_MS }, ended, counts);

  expect(late?.problem).toContain('exit code 7');
});

test('a file that cannot clean up after itself fails', async () => {
  const { files } = await run({
    'late.test.ts': `${imports}
      test('passes', () => expect(1).toBe(1));
      afterAll(() => { throw new Error('could not clean up'); });`,
  });

  expect(files[0]).toMatchObject({ passed: 1, problem: expect.stringContaining('1 failed') });
});

test(
  'at the time limit a file is stopped together with everything that it started',
  async () => {
    const { root, files } = await run(
      {
        'hangs.test.ts': `${imports}
        import { spawn } from 'node:child_process';
        import { writeFileSync } from 'node:fs';
        test('hangs', async () => {
          const child = spawn('sleep', ['300'], { stdio: 'ignore' });
          writeFileSync('pid', String(child.pid));
          await new Promise((resolve) => setTimeout(resolve, 300_000));
        }, 300_000);`,
      },
      HANGS_MS,
    );

    expect(files[0]?.problem).toBe('stopped after 5 s');
    const child = Number(readFileSync(join(root, 'pid'), 'utf8'));
    expect(isRunning(child)).toBe(false);
  },
  LIMIT_MS,
);

test('totals count a file that proves nothing as one failure', () => {
  const none = { passed: 0, failed: [], skipped: [] };
  const totals = addUp([
    { file: 'a', ...none, passed: 3, problem: undefined },
    { file: 'b', ...none, problem: 'ran no test, or failed to load' },
    {
      file: 'c',
      passed: 1,
      failed: ['x', 'y'],
      skipped: [{ title: 't', reason: '' }],
      problem: '2 failed: x; y',
    },
  ]);

  expect(describeTotals(totals)).toBe('4 passed, 3 failed, 1 skipped');
});

test('a skip fails a run on a build machine only, and a run without tests fails everywhere', () => {
  expect(isGood({ passed: 1, failed: 0, skipped: 1 }, false)).toBe(true);
  expect(isGood({ passed: 1, failed: 0, skipped: 1 }, true)).toBe(false);
  expect(isGood({ passed: 1, failed: 0, skipped: 0 }, true)).toBe(true);
  expect(isGood({ passed: 0, failed: 0, skipped: 0 }, false)).toBe(false);
  expect(isGood({ passed: 9, failed: 1, skipped: 0 }, false)).toBe(false);
});

test('the table says for each skipped test why', () => {
  const skipped = [
    { title: 'boots', reason: 'no root' },
    { title: 'sings', reason: '' },
  ];

  expect(
    describeFile({ file: 'a.test.ts', passed: 0, failed: [], skipped, problem: undefined }).slice(1),
  ).toEqual(['      skipped: boots: no root', '      skipped: sings: no reason given']);
});

test('a long output is cut to its end, and says so', () => {
  expect(tail('a\nb\nc\n', 2)).toBe('… 1 lines left out\nb\nc');
  expect(tail('a\nb\n', 2)).toBe('a\nb');
});

test('a file that passed only at its second try says so', () => {
  const file = { file: 'a.test.ts', passed: 2, failed: [], skipped: [], problem: undefined };

  expect(describeFile({ ...file, earlier: '1 failed: boots' })).toContain(
    '      not at its first try: 1 failed: boots',
  );
});

test('whatever fails gets a second try alone, and the end of the run names it with what was wrong at first', async () => {
  /** Writes down that it ran; passes from the run on that is given. */
  const passingFrom = (first: number, name: string) => `${imports}
    import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync('${name}', 'x');
    test('${name}', () => expect(readFileSync('${name}', 'utf8').length).toBeGreaterThanOrEqual(${first}));`;
  const batch = batchOf({
    'steady.test.ts': passingFrom(1, 'steady'),
    'shaky.test.ts': passingFrom(2, 'shaky'),
    'broken.test.ts': passingFrom(9, 'broken'),
  });

  const results = await runTwice(batch);

  expect(results.map(({ file, problem, earlier }) => ({ file, problem, earlier }))).toEqual([
    { file: 'steady.test.ts', problem: undefined, earlier: undefined },
    { file: 'shaky.test.ts', problem: undefined, earlier: '1 failed: shaky' },
    { file: 'broken.test.ts', problem: '1 failed: broken', earlier: '1 failed: broken' },
  ]);
  expect(readFileSync(join(batch.root, 'steady'), 'utf8')).toBe('x');
  expect(describeSecondTries(results)).toEqual([
    '\nnot at its first try: 2 files',
    '↻ shaky.test.ts: 1 failed: shaky',
    '↻ broken.test.ts: 1 failed: broken, and failed again',
  ]);
});

test('where a process fails outside of any test, each of its files is tried again', () => {
  const passed = { passed: 1, failed: [], skipped: [], problem: undefined };
  const unplaced = { ...passed, file: 'a.test.ts', problem: 'its process ended with 7 outside of any test' };
  const none = { ...passed, passed: 0, file: 'b.test.ts', problem: 'ran no test, or failed to load' };
  const good = { ...passed, file: 'c.test.ts' };

  expect(filesToRepeat([unplaced, good])).toEqual(['a.test.ts', 'c.test.ts']);
  expect(filesToRepeat([none, good])).toEqual(['b.test.ts']);
});

test('a run without second tries says nothing of them', () => {
  const file = { file: 'a.test.ts', passed: 2, failed: [], skipped: [], problem: undefined };

  expect(describeSecondTries([file])).toEqual([]);
});

test('what failed is said once more at the end, with what its process printed', () => {
  const wrong = {
    passed: 0,
    failed: ['boots'],
    skipped: [],
    problem: '1 failed: boots',
    output: 'no kernel',
  };

  expect(
    describeFailures([
      { ...wrong, file: 'a.test.ts' },
      { ...wrong, file: 'b.test.ts' },
    ]),
  ).toEqual(['\nno kernel', '✗ a.test.ts: 1 failed: boots', '✗ b.test.ts: 1 failed: boots']);
});
