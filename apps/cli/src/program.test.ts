import { expect, test } from 'bun:test';
import type { Command } from 'commander';
import { createProgram } from './program.ts';

/** What prints for people alone: a program of its own, shell code, and the end of a session. */
const WITHOUT_JSON = ['admin', 'completion', 'logout'];

function leaves(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

test('AG-6: every command can answer in JSON', () => {
  const without = leaves(createProgram())
    .filter(([, { options }]) => !options.some(({ long }) => long === '--json'))
    .map(([path]) => path);

  expect(without.sort()).toEqual(WITHOUT_JSON);
});

test('AG-6: every command and every option says what it does', () => {
  const silent = leaves(createProgram()).filter(
    ([, command]) =>
      command.description() === '' || command.options.some(({ description }) => description === ''),
  );

  expect(silent.map(([path]) => path)).toEqual([]);
});
