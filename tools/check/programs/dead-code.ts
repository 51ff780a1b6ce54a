import type { Problem } from '../check.ts';
import { runProcess } from '../run-process.ts';
import { locateProgram } from './locate.ts';

interface Named {
  readonly name: string;
  readonly line?: number;
}

type FileIssues = { readonly file: string } & Readonly<Record<string, readonly Named[] | readonly Named[][]>>;

/** Files, exports, types and dependencies that nothing uses, as knip sees them by `tools/check/knip.json`. */
export async function findDeadCode(root: string, config = 'tools/check/knip.json'): Promise<Problem[]> {
  const knip = locateProgram('knip', 'bin/knip.js');
  const done = await runProcess(
    'node',
    [knip, '--config', config, '--reporter', 'json', '--no-progress'],
    root,
  );
  if (!done.stdout.startsWith('{')) return [{ at: 'knip', text: done.stderr + done.stdout }];
  const report = JSON.parse(done.stdout) as { issues: FileIssues[] };
  const problems = report.issues.flatMap(describeFile);
  return done.code !== 0 && problems.length === 0 ? [{ at: 'knip', text: done.stdout }] : problems;
}

function describeFile(issues: FileIssues): Problem[] {
  return Object.entries(issues).flatMap(([kind, found]) =>
    Array.isArray(found)
      ? found.flat().map((issue: Named) => ({
          at: issue.line === undefined ? issues.file : `${issues.file}:${issue.line}`,
          text: `unused, or used and not declared (${kind}): ${issue.name}`,
        }))
      : [],
  );
}
