import type { Problem } from '../check.ts';
import { isHandWritten, isTest, linesOf, listFiles } from '../tree.ts';

/** The modules that turn the environment into a typed, frozen configuration. Nothing else reads it. */
const CONFIG_MODULES = [
  /^apps\/server\/src\/platform\/config\//,
  /^apps\/server\/src\/platform\/db\/testing(\.ts$|\/)/,
  /^apps\/(agent|cli)\/src\/config(\.ts$|\/)/,
  /^apps\/web\/vite\.config\.ts$/,
  /^(lab|bench|e2e)\/(src\/)?config(\.ts$|\/)/,
  /^tools\/bootstrap\.mjs$/,
  /^tools\/environment\.ts$/,
  // What the lab compiles to see what a compiled program sees.
  /^lab\/src\/compile\/probe\.ts$/,
  // Trees that the checks are shown on.
  /^tools\/(check|test)\/.*\.test\.ts$/,
];

/** Programs that start others for a living; they may hand the environment on whole, but not look into it. */
const STARTERS = /^(lab|bench|e2e|tools)\//;

const READS = /\b(process|Bun|import\.meta)\.env\b/;
const HANDS_ON = /(\.\.\.|env: |\()(process|Bun)\.env(?=[\s,;})]|$)/g;

/** Reads of the environment outside the configuration modules. */
export function findEnvironmentReads(root: string): Problem[] {
  return listFiles(root)
    .filter((file) => isHandWritten(file) && !CONFIG_MODULES.some((module) => module.test(file)))
    .flatMap((file) =>
      linesOf(root, file).filter((line) => !line.isComment && readsEnvironment(file, line.text)),
    )
    .map((line) => ({ at: line.at, text: 'reads the environment outside a configuration module' }));
}

function readsEnvironment(file: string, text: string): boolean {
  const mayHandOn = STARTERS.test(file) || isTest(file);
  return READS.test(mayHandOn ? text.replaceAll(HANDS_ON, '') : text);
}
