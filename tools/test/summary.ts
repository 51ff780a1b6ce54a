import type { FileResult } from './run-tests.ts';

/** Everything that a run came to, by the two lists that people read. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Adds up files. A file with a problem and no failed test, such as one that ran none, counts as one failure. */
export function addUp(files: readonly FileResult[]): Totals {
  const sum = (count: (file: FileResult) => number) => files.reduce((total, file) => total + count(file), 0);
  return {
    passed: sum((file) => file.passed),
    failed: sum((file) =>
      file.problem === undefined ? file.failed.length : Math.max(file.failed.length, 1),
    ),
    skipped: sum((file) => file.skipped.length),
  };
}

/** True when the run as a whole is good; on a build machine nothing may have been skipped either. */
export function isGood(totals: Totals, isCi: boolean): boolean {
  return totals.failed === 0 && totals.passed > 0 && !(isCi && totals.skipped > 0);
}

/** One line of the table for a file, and one below it for an earlier try and for each reason to skip. */
export function describeFile(file: FileResult): string[] {
  const mark = file.problem === undefined ? '✓' : '✗';
  const counts = [file.passed, file.failed.length, file.skipped.length]
    .map((count) => String(count).padStart(5))
    .join(' ');
  const problem = file.problem === undefined ? '' : `  (${file.problem})`;
  const earlier = file.earlier === undefined ? [] : [`      not at its first try: ${file.earlier}`];
  const skips = file.skipped.map(
    ({ title, reason }) => `      skipped: ${title}: ${reason || 'no reason given'}`,
  );
  return [`${mark} ${counts}  ${file.file}${problem}`, ...earlier, ...skips];
}

/** Every process that failed once more: a build machine may show nothing but the end of a run. */
export function describeFailures(files: readonly FileResult[]): string[] {
  const wrong = files.filter((file) => file.problem !== undefined);
  const outputs = new Set(wrong.map((file) => file.output).filter((output) => output !== undefined));
  return [
    ...[...outputs].map((output) => `\n${output}`),
    ...wrong.map(({ file, problem }) => `✗ ${file}: ${problem}`),
  ];
}

/** What a passed run must not hide: each file that needed a second try, and what was wrong at its first. */
export function describeSecondTries(files: readonly FileResult[]): string[] {
  const late = files.filter((file) => file.earlier !== undefined);
  if (late.length === 0) return [];
  return [
    `\nnot at its first try: ${late.length} ${late.length === 1 ? 'file' : 'files'}`,
    ...late.map(
      ({ file, earlier, problem }) => `↻ ${file}: ${earlier}${problem ? ', and failed again' : ''}`,
    ),
  ];
}

/** The last line of every run, for people and for scripts. */
export function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The end of a long output, which is where the reason stands. */
export function tail(output: string, lines: number): string {
  const all = output.trimEnd().split('\n');
  return all.length <= lines
    ? all.join('\n')
    : [`… ${all.length - lines} lines left out`, ...all.slice(-lines)].join('\n');
}
