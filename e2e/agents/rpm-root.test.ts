import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKind } from '@muster/contracts/inventory';
import { runProcess, skipReason } from '@muster/lab';
import { readSoftware } from '../../apps/agent/src/os/linux/inventory/software.ts';

/** The root of a machine whose packages are rpm's: built, installed and asked with the real rpm. */
const reason = await skipReason('packages');
setDefaultTimeout(240_000);

const STORE = '/usr/lib/sysimage/rpm';
const FORMAT =
  '%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{ARCH}|%{VENDOR}|%{INSTALLTIME}|%{SIZE}\\n';

type Recipe = { name: string; version: string; release?: string; epoch?: number; vendor?: string };

describe.skipIf(reason !== undefined)('a root of rpm', () => {
  let folder = '';
  let root = '';

  const rpm = async (...words: string[]) =>
    (await runProcess(['rpm', '--root', root, '--dbpath', STORE, ...words], { check: true })).stdout
      .trim()
      .split('\n')
      .sort();

  async function install({ name, version, release = '1', epoch, vendor }: Recipe): Promise<void> {
    const spec = [
      ...[`Name: ${name}`, `Version: ${version}`, `Release: ${release}`, 'Summary: proof', 'License: MIT'],
      ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
      ...(vendor === undefined ? [] : [`Vendor: ${vendor}`]),
      ...['BuildArch: noarch', '%description', 'proof', '%install', 'mkdir -p %{buildroot}/opt'],
      ...[`echo ${name} > %{buildroot}/opt/${name}`, '%files', `/opt/${name}`],
    ];
    const path = join(folder, `${name}.spec`);
    writeFileSync(path, `${spec.join('\n')}\n`);
    const macros = { _topdir: 'work', _rpmdir: 'built', _dbpath: 'database' };
    const places = Object.entries(macros).flatMap(([name, at]) => ['--define', `${name} ${folder}/${at}`]);
    await runProcess(['rpmbuild', '-bb', ...places, path], { check: true });
    await rpm('-U', '--nodeps', join(folder, `built/noarch/${name}-${version}-${release}.noarch.rpm`));
  }

  async function ours(): Promise<string[]> {
    const { items, note } = await readSoftware(root);
    expect(note).toBe('');
    for (const { kind, fields } of items)
      expect(findKind('software', kind)?.fields.safeParse(fields).success).toBe(true);
    return items
      .map(({ fields: { name, version, arch, publisher, installedAt, sizeBytes } }) => {
        const installTime = Date.parse(String(installedAt)) / 1000;
        return [name, version, arch, publisher ?? '(none)', installTime, sizeBytes].join('|');
      })
      .sort();
  }
  /** As rpm itself writes them, with the epoch put before the version. */
  const theirs = async () =>
    (await rpm('-qa', '--qf', FORMAT)).map((line) => line.replace(/\|(\d+:)?\|/, '|$1'));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-rpm-'));
    root = join(folder, 'root');
    mkdirSync(join(root, STORE), { recursive: true });
    await install({ name: 'proof-plain', version: '1.4.0' });
    await install({
      name: 'proof-epoch',
      version: '2.0~rc1',
      release: '3.fc41',
      epoch: 2,
      vendor: 'Example',
    });
    await install({ name: 'proof-later', version: '5.14.0^git7', release: '0.1' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('IV-4: packages are those of `rpm -qa`, with epoch, release, vendor, size and time of installation', async () => {
    const found = await ours();

    expect(found).toEqual(await theirs());
    expect(found.map((line) => line.split('|')[1])).toEqual([
      '2:2.0~rc1-3.fc41',
      '5.14.0^git7-0.1',
      '1.4.0-1',
    ]);
  });

  test('IV-4: a package that is updated is there once, and one that is removed is gone', async () => {
    await install({ name: 'proof-plain', version: '1.5.0' });
    await rpm('-e', 'proof-later');

    const found = await ours();

    expect(found).toEqual(await theirs());
    expect(found.map((line) => line.split('|').slice(0, 2).join(' '))).toEqual([
      'proof-epoch 2:2.0~rc1-3.fc41',
      'proof-plain 1.5.0-1',
    ]);
  });

  test('IV-4: a database at the older place is read as well, and one that is broken is said to be', async () => {
    mkdirSync(join(root, 'var/lib'), { recursive: true });
    renameSync(join(root, STORE), join(root, 'var/lib/rpm'));
    const moved = await readSoftware(root);
    for (const name of ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'rpmdb.sqlite-shm'])
      writeFileSync(join(root, 'var/lib/rpm', name), 'no database'.repeat(1_000));

    const broken = await readSoftware(root);

    expect(moved.items).toHaveLength(2);
    expect(broken.items).toEqual([]);
    expect(broken.note).toContain('rpm');
  });
});
