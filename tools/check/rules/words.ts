import { extname } from 'node:path';
import type { Problem } from '../check.ts';
import { isGenerated, isHandWritten, isTest, type Line, linesOf, listFiles, readText } from '../tree.ts';

/** These files spell out what they forbid, or hold trees on which it is shown. */
const SPEAKS_OF_RULES = /^tools\/check\/|^tools\/test\/.*\.test\.ts$|^CONTRIBUTING\.md$/;
const PROSE = new Set(['.md', '.sql', '.proto', '.json', '.yaml', '.yml']);

function search(root: string, wanted: (file: string) => boolean, judge: (line: Line) => string | undefined) {
  return listFiles(root)
    .filter((file) => wanted(file) && !SPEAKS_OF_RULES.test(file) && file !== 'package-lock.json')
    .flatMap((file) => linesOf(root, file))
    .flatMap((line): Problem[] => {
      const text = judge(line);
      return text === undefined ? [] : [{ at: line.at, text }];
    });
}

function isText(file: string): boolean {
  return isHandWritten(file) || (PROSE.has(extname(file)) && !isGenerated(file));
}

/** Certificate checks that are switched off, or that could be: whatever is not literally `true` counts. */
export function findUncheckedCertificates(root: string): Problem[] {
  return search(root, isHandWritten, ({ text, isComment }) => {
    if (isComment) return undefined;
    const isLoose = /rejectUnauthorized(?!['"]?\]?\s*[:=]\s*true\b)/.test(text);
    const isOff = /NODE_TLS_REJECT_UNAUTHORIZED['"]?\]?\s*[:=]\s*['"]?0/.test(text);
    return isLoose || isOff ? 'a certificate check may only be on: rejectUnauthorized: true' : undefined;
  });
}

/** Promises in place of work, and compiler complaints that were silenced without a reason. */
export function findUnfinishedWork(root: string): Problem[] {
  return search(root, isText, ({ text }) => {
    if (/\b(TODO|FIXME)\b/.test(text) || /coming soon/i.test(text)) {
      return 'unfinished work; finish it, or leave it out and say so in docs/features.md';
    }
    if (/@ts-(ignore|nocheck)\b/.test(text)) return 'a silenced compiler';
    if (/@ts-expect-error\s*$/.test(text)) return 'an expected type error needs its reason on the same line';
    return undefined;
  });
}

const OFF_OR_ALONE = /\b(test|it|describe)(\.\w+)*\.(skip|only|todo|todoIf|if)\b|\bx(it|test|describe)\(/;
const CONDITIONAL = /\b(test|it|describe)(\.\w+)*\.skipIf\(/;

/**
 * Tests that are switched off or alone. A file may skip on a condition if it asks the lab's `skipReason`, or itself
 * prints `SKIPPED: what: why`, which is what the test runner shows.
 */
export function findSwitchedOffTests(root: string): Problem[] {
  return listFiles(root)
    .filter((file) => isTest(file) && !SPEAKS_OF_RULES.test(file))
    .flatMap((file) => {
      const tellsWhy = /\bskipReason\(|['"`]SKIPPED: /.test(readText(root, file));
      return linesOf(root, file).filter(
        ({ text, isComment }) =>
          !isComment && (OFF_OR_ALONE.test(text) || (CONDITIONAL.test(text) && !tellsWhy)),
      );
    })
    .map(({ at }) => ({ at, text: 'a test that is switched off or alone, or skipped without saying why' }));
}

const TOO_SLOW = 'how long something took, against a number; measure it in bench/';
const TOO_SHORT = 'a limit that a slow machine reaches; it is there to end what hangs: take the usual one';
const NOW = String.raw`(?:performance|Date)\.now\(\)`;
const TAKEN = `${NOW} - `;
const HELPER = /(?:function (\w+)\(|const (\w+) = (?:async )?\()/;
/** Figures of speed by the names that they always have. */
const FIGURES = ['p50', 'p9\\d', 'took', 'elapsed'];

/**
 * Tests that fail on a slow machine: a time that something took, against a number or another such time, and waiting that
 * ends early. Against a named limit of the feature it is no speed ("ended before the grace was over"), nor is "not before";
 * how fast things are is for the benchmarks.
 */
export function findTimedTests(root: string): Problem[] {
  return listFiles(root)
    .filter((file) => isTest(file) && !SPEAKS_OF_RULES.test(file))
    .flatMap((file) => {
      const lines = linesOf(root, file).filter(({ isComment }) => !isComment);
      const timed = timedIn(lines);
      return lines.flatMap(({ at, text }) => {
        if (timed.some((form) => form.test(text))) return { at, text: TOO_SLOW };
        return isShortWait(text) ? { at, text: TOO_SHORT } : [];
      });
    });
}

/** What compares a time in these lines: of a clock, of a helper that returns one, of a name that holds one. */
function timedIn(lines: readonly Line[]): RegExp[] {
  const helpers = timingHelpers(lines).map((name) => String.raw`${name}\(`);
  const took = [TAKEN, ...helpers].join('|');
  const kept = new RegExp(String.raw`(?:const|let) (\w+) = (?:\(?await )?(?:${took})`);
  const names = lines.flatMap(({ text }) => kept.exec(text)?.[1] ?? []);
  const times = [TAKEN, ...helpers, ...[...names, ...FIGURES].map((name) => String.raw`${name}\b`)].join('|');
  const number = String.raw`(?:\d${names.map((name) => String.raw`|${name}\)`).join('')})`;
  return [
    new RegExp(String.raw`expect\((?:Math\.\w+\()?\(?(?:await )?(?:${times})[^;]*\)\.toBeLess\w+\(${number}`),
    new RegExp(String.raw`${TAKEN}[\w.]+ <=? \d`),
  ];
}

/** Functions of the file that return a moment, or how long something took. */
function timingHelpers(lines: readonly Line[]): string[] {
  return lines.flatMap(({ text }, index) => {
    if (!new RegExp(String.raw`^\s*return ${NOW}`).test(text)) return [];
    const head = lines
      .slice(0, index)
      .map((line) => HELPER.exec(line.text))
      .findLast((found) => found !== null);
    return head?.[1] ?? head?.[2] ?? [];
  });
}

/** Shorter than this (milliseconds) nothing is given up that takes part in a test. */
const LEAST_WAIT_MS = 30_000;
const WAITS = [
  /\buntil\(.*[^\w(]([\d_]+)\);?$/,
  /^\s*\}, ([\d_]+)\);$/,
  /\bsetDefaultTimeout\(([\d_]+)\)/,
  /\.(?:presence|ended)\(.*, ([\d_]+)\)/,
];

function isShortWait(text: string): boolean {
  return WAITS.some((wait) => {
    const ms = Number(wait.exec(text)?.[1]?.replaceAll('_', '') ?? Number.NaN);
    return ms >= 1_000 && ms < LEAST_WAIT_MS;
  });
}

const MACHINE_PATH = /(?<![\w.~/})-])\/(work|home\/[a-z][\w-]*|Users\/[A-Za-z][\w.-]*)\/|[A-Z]:\\+Users\\+\w/;
const REGISTRY_HOST = new RegExp(
  [
    'registry\\.(npmjs|yarnpkg)\\.',
    'npmmirror\\.',
    'artifactory[.-]',
    'deb\\.debian\\.org',
    'files\\.pythonhosted\\.',
  ].join('|'),
  'i',
);

/** Paths of somebody's machine and names of package registries: both belong to the machine, not to the product. */
export function findMachineTraces(root: string): Problem[] {
  return search(
    root,
    (file) => isText(file) || file === '.npmrc',
    ({ text }) => {
      if (MACHINE_PATH.test(text)) return 'a path of one machine';
      if (REGISTRY_HOST.test(text))
        return 'the host name of a package registry; ask the package client instead';
      return undefined;
    },
  );
}

const OUTSIDE =
  /(?<![\w.'"`/])(Bun\.\w|process\.(env|argv|exit|cwd|pid|stdout|stderr)\b|fetch\(|Date\.now\(|Math\.random\()/;

/** Contracts and query language touch nothing outside themselves: no runtime, no network, no clock of the machine. */
export function findInputOutput(root: string): Problem[] {
  const isSource = (file: string) =>
    /^packages\/[^/]+\/src\//.test(file) && isHandWritten(file) && !isTest(file);
  return search(root, isSource, (line) =>
    !line.isComment && OUTSIDE.test(line.text)
      ? 'packages do no I/O and read no clock; take it as an argument'
      : undefined,
  );
}
