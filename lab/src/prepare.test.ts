import { expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDebianMirror } from './machine/base-root.ts';
import { findProgram } from './parts.ts';
import { runProcess } from './process/run-process.ts';

const prepare = join(import.meta.dir, 'prepare.ts');

function aptFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-lab-apt-'));
  mkdirSync(join(folder, 'sources.list.d'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('the Debian mirror is read from both of apt formats and is never the security archive', () => {
  const stanzas = aptFolder({
    'sources.list.d/debian.sources':
      'Types: deb\nURIs: http://mirror.invalid/debian-security\nSuites: bookworm-security\nComponents: main\n\n' +
      'Types: deb\n# a comment\nURIs: http://mirror.invalid/debian\nSuites: bookworm bookworm-updates\nComponents: main\n',
  });
  const lines = aptFolder({
    'sources.list':
      '# deb http://old.invalid/debian bookworm main\n' +
      'deb http://mirror.invalid/debian-security bookworm-security main\n' +
      'deb [arch=amd64] http://mirror.invalid/two bookworm main\n',
  });
  const none = aptFolder({ 'sources.list': 'deb http://mirror.invalid/ubuntu noble main\n' });

  expect(findDebianMirror(stanzas)).toBe('http://mirror.invalid/debian');
  expect(findDebianMirror(lines)).toBe('http://mirror.invalid/two');
  expect(findDebianMirror(none)).toBeUndefined();
  for (const folder of [stanzas, lines, none]) rmSync(folder, { recursive: true });
});

test('an unknown part is refused with the list of parts', async () => {
  const result = await runProcess([process.execPath, prepare, '--only', 'dos']);

  expect(result.code).toBe(2);
  expect(result.stderr).toContain('machine, wine, arm64, browser, directory, packages, tools, bench');
});

const canDrop = process.getuid?.() === 0 && findProgram('setpriv') !== undefined;
if (!canDrop) process.stderr.write('SKIPPED: prepare without root: needs root to give up\n');

test.skipIf(!canDrop)(
  'without root nothing is installed: packages left out are named, and those that are there are enough',
  async () => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

    const result = await runProcess([...nobody, process.execPath, prepare, '--only', 'bench'], {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
    });

    expect(result.code).toBe(0);
    if (findProgram('zabbix_agent2') !== undefined) {
      expect(result.stdout).toStartWith('bench: ready');
      return;
    }
    expect(result.stdout).toStartWith('bench: skipped: not root, so these are not installed:');
    expect(result.stdout).toContain('zabbix-agent2');
  },
);
