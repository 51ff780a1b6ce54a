import { createProgram } from '../../../apps/cli/src/program.ts';
import type { Problem } from '../check.ts';
import { isTest, linesOf, listFiles } from '../tree.ts';

type Command = ReturnType<typeof createProgram>;

/** Where people are told what to type: the console, and the pages of the documentation. */
const TELLS = /^(apps\/web\/src\/.*\.tsx?|docs\/.*\.md|README\.md)$/;

/** Finds `muster` lines that the console or a page tells and the command line does not know. */
export function findUnknownCommands(root: string): Problem[] {
  const program = createProgram();
  return listFiles(root)
    .filter((file) => TELLS.test(file) && !isTest(file) && !file.includes('.gen.'))
    .flatMap((file) => problemsIn(root, file, program));
}

function problemsIn(root: string, file: string, program: Command): Problem[] {
  const spansOf = file.endsWith('.md') ? spansOfPage() : spansOfCode;
  return linesOf(root, file).flatMap(({ at, text }) =>
    spansOf(text).flatMap((span) => {
      const fault = faultOf(program, span);
      return fault ? [{ at, text: fault }] : [];
    }),
  );
}

/** What stands in quotes of any kind and begins with the program, or is handed to what writes the line. */
function spansOfCode(line: string): string[] {
  const literals = [...line.matchAll(/(['"`>])muster ([a-z][^'"`<]*)/g)].map(([, , span]) => span ?? '');
  const built = [...line.matchAll(/musterLine\(\s*['"`]([^'"`]+)['"`]/g)].map(([, span]) => span ?? '');
  return [...literals, ...built];
}

/** What stands in back quotes of a page, and whole lines of its blocks of code; keeps in mind whether it is in one. */
function spansOfPage(): (line: string) => string[] {
  let isInBlock = false;
  return (line) => {
    if (line.startsWith('```')) isInBlock = !isInBlock;
    const code = isInBlock || line.startsWith('    ') ? [line] : (line.match(/`[^`]+`/g) ?? []);
    return code.flatMap((span) => {
      const [, told] = /^[`\s]*(?:npm run (?:-s )?)?muster (?:-- )?([a-z].*?)`?$/.exec(span) ?? [];
      return told === undefined ? [] : [told];
    });
  };
}

/** Why the command line would not understand a line; undefined where it would, as far as can be seen. */
function faultOf(program: Command, told: string): string | undefined {
  const line = told.replace(/'[^']*'|"[^"]*"|\$\{[^}]*\}/g, '…').replace(/\s[<>|#].*$/, '');
  const words = line.split(/[\s,;]+/).filter((word) => word !== '');
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next) command = next;
    else if (command.commands.length > 0 && /^[a-z][a-z-]*$/.test(word))
      return `there is no “${word}” in “${nameOf(command)}”`;
    else break;
  }
  if (command.name() === 'admin') return undefined;
  // One that has commands below may have one that is meant where none is named.
  const options = [command, ...command.commands].flatMap((one) => one.options);
  const known = new Set(['--help', ...options.map(({ long }) => long)]);
  const option = words.find((word) => /^--[a-z-]+/.test(word) && !known.has(word.replace(/=.*/, '')));
  return option && `“${nameOf(command)}” has no option ${option}`;
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
