import type { Command } from 'commander';
import { EXIT_CODES } from '../src/failure.ts';
import { createProgram } from '../src/program.ts';

/** Prints the reference of the command line, from the program itself. */
function sections(command: Command, path: string, depth: number): string[] {
  const words = command.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? ` <${name}>` : ` [${name}]`;
  });
  const title = `${'#'.repeat(depth)} \`muster ${path}${words.join('')}\``;
  const options = command.options
    .filter(({ long }) => long !== '--json')
    .map(({ flags, description }) => `- \`${flags}\`: ${inMarkdown(description)}`);
  const own = [title, '', `${inMarkdown(command.description())}.`, ''];
  return [
    ...own,
    ...(options.length > 0 ? [...options, ''] : []),
    ...command.commands.flatMap((one) => sections(one, `${path} ${one.name()}`, Math.min(depth + 1, 4))),
  ];
}

/** `<` begins a tag in Markdown. */
const inMarkdown = (text: string): string => text.replaceAll('<', '&lt;').trim();

const program = createProgram();
const lines = [
  '# Command line',
  '',
  'Written by `npm run generate`; `muster --help`, and `--help` behind any command, say the same. All but `admin`,',
  '`completion` and `logout` take `--json`: one JSON document on standard output (what follows, as `devices watch`: one',
  'a line), and problems as JSON on standard error.',
  '',
  '| Exit code | Means |',
  '|---|---|',
  ...EXIT_CODES.map(([code, means]) => `| ${code} | ${means} |`),
  '',
  ...program.commands.flatMap((one) => sections(one, one.name(), 2)),
];
process.stdout.write(`${lines.join('\n').trimEnd()}\n`);
