import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { print } from '../output.ts';

/** Every command path with its options, read from the program itself. */
function paths(program: Command, prefix: readonly string[] = []): { path: string; words: string[] }[] {
  const own = {
    path: prefix.join(' '),
    words: [
      ...program.commands.map((one) => one.name()),
      ...program.options.map((option) => option.long ?? '').filter(Boolean),
    ],
  };
  return [own, ...program.commands.flatMap((one) => paths(one, [...prefix, one.name()]))];
}

const bash = (program: Command): string => `_muster() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || path="\${path:+$path }$word"; done
  while :; do
    case "$path" in
${paths(program)
  .map(
    ({ path, words }) =>
      `      "${path}") COMPREPLY=($(compgen -W "${words.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}")); return;;`,
  )
  .join('\n')}
    esac
    [[ $path == *" "* ]] || return
    path="\${path% *}"
  done
}
complete -F _muster muster
`;

const zsh = (program: Command): string => `#compdef muster
autoload -U +X bashcompinit && bashcompinit
${bash(program)}`;

const fish = (program: Command): string =>
  `${paths(program)
    .flatMap(({ path, words }) =>
      words.map((word) => {
        const condition =
          path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
        return word.startsWith('--')
          ? `complete -c muster -n '${condition}' -l ${word.slice(2)}`
          : `complete -c muster -f -n '${condition}' -a ${word}`;
      }),
    )
    .join('\n')}\n`;

const SHELLS = { bash, zsh, fish } as const;

export function addCompletion(program: Command): void {
  program
    .command('completion <shell>')
    .description('print completions for bash, zsh or fish')
    .addHelpText('after', '\nFor bash: eval "$(muster completion bash)"')
    .action((shell: string) => {
      const write = SHELLS[shell as keyof typeof SHELLS];
      if (!write)
        throw new Failure(
          EXIT.usage,
          `There are completions for ${Object.keys(SHELLS).join(', ')}, not for “${shell}”.`,
        );
      print(write(program));
    });
}
