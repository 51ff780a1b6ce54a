import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptionsError, readOptions } from './options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-options-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('EN-10: every setting comes from a flag or from its variable, and the flag wins', () => {
  const environment = {
    MUSTER_SERVER: 'https://from.environment',
    MUSTER_POLICY: 'observe',
    MUSTER_TAGS: 'role=server,rack=b2',
    MUSTER_TOKEN: 'secret',
    HTTPS_PROXY: 'http://proxy:3128',
  };
  const options = readOptions(
    ['install', '--server', 'https://from.flag', '--policy=manage', '--tag', 'a=b'],
    environment,
  );

  expect(options).toMatchObject({
    command: 'install',
    server: 'https://from.flag',
    policy: 'manage',
    tags: ['role=server', 'rack=b2', 'a=b'],
    token: 'secret',
    proxy: 'http://proxy:3128',
  });
});

test('EN-10: a token comes from the environment or a file, and a flag for it does not exist', () => {
  writeFileSync(join(folder, 'token'), ' secret\n');

  expect(readOptions(['enrol', '--token-file', join(folder, 'token')], {}).token).toBe('secret');
  expect(() => readOptions(['enrol', '--token', 'secret'], {})).toThrow(OptionsError);
});

test('EN-10: all mistakes are told at once', () => {
  const words = [
    'install',
    '--policy',
    'everything',
    '--pin',
    'abc',
    '--tag',
    'noequals',
    '--server-cert',
    '/none',
    '--what',
  ];
  const message = (() => {
    try {
      readOptions(words, {});
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  })();

  for (const part of ['--policy', '--pin', 'noequals', '--server-cert', '--what'])
    expect(message).toContain(part);
});
