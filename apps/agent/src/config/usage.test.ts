import { expect, test } from 'bun:test';
import { join } from 'node:path';

test.each(['help', '--help', '-h'])('%s says what the program can do, and is no mistake', async (word) => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '..', 'main.ts'), word], {
    stdout: 'pipe',
  });

  expect(await child.stdout.text()).toContain('muster-agent install');
  expect(await child.exited).toBe(0);
});
