import { join } from 'node:path';

const PROGRAM = join(import.meta.dir, '../../apps/cli/src/main.ts');

/** A question that a program is to ask, and what somebody types then. */
export type Typed = readonly [question: string, answer: string];

/** Runs `muster` at a terminal where somebody answers its questions in turn; `screen` is all that was to be seen. */
export async function musterAtTerminal(
  words: readonly string[],
  env: Record<string, string>,
  typed: readonly Typed[],
): Promise<{ readonly code: number; readonly screen: string }> {
  const waiting = [...typed];
  let screen = '';
  let unread = '';
  const child = Bun.spawn([process.execPath, PROGRAM, ...words], {
    env: { ...Bun.env, ...env },
    timeout: 180_000,
    terminal: {
      cols: 120,
      rows: 40,
      data: (terminal, bytes) => {
        const text = bytes.toString();
        screen += text;
        unread += text;
        const [next] = waiting;
        if (!next || !unread.includes(next[0])) return;
        waiting.shift();
        unread = '';
        terminal.write(`${next[1]}\r`);
      },
    },
  });
  const code = await child.exited;
  child.terminal?.close();
  return { code, screen };
}
