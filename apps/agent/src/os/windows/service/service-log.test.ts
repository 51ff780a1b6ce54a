import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServiceLog } from './service-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-service-log-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a service log keeps the newest lines with their time, and never more than two files of a megabyte', () => {
  const path = join(folder, 'agent.log');
  const write = createServiceLog(path, () => new Date('2026-11-21T02:00:00Z'));
  const line = 'x'.repeat(10_000);

  for (let count = 0; count < 350; count++) write(`${count} ${line}`);

  expect(readdirSync(folder).sort()).toEqual(['agent.log', 'agent.log.1']);
  expect(readFileSync(path, 'utf8')).toContain('\r\n2026-11-21T02:00:00.000Z 349 x');
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(1_100_000);
});

test('a log that cannot be written costs lines and nothing else', () => {
  expect(() => createServiceLog(join(folder, 'missing', 'agent.log'))('lost')).not.toThrow();
});
