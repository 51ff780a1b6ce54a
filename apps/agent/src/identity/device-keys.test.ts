import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeviceKey, writeDeviceKey } from './device-key.ts';
import { DeviceKeys } from './device-keys.ts';
import { IdentityStore } from './identity.ts';
import { StateFolder } from './state-folder.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'muster-keys-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

async function theKeys(): Promise<DeviceKeys> {
  const folder = new StateFolder(path);
  writeDeviceKey(folder, await createDeviceKey());
  const identity = { enrolment: 'one', deviceCertificate: '', statements: [], gateways: [] };
  const keys = await DeviceKeys.read(IdentityStore.write(folder, identity as never));
  if (!keys) throw new Error('there is no key');
  return keys;
}

test('EN-2: a server that stores the new key between two refusals is offered it once more', async () => {
  const keys = await theKeys();
  const present = keys.certified;
  const next = await keys.propose();

  expect(keys.signing).toBe(next);
  expect(keys.refused(next)).toBe(true);
  expect(keys.signing).toBe(present);
  expect(keys.refused(present)).toBe(true);
  expect(keys.signing).toBe(next);
  keys.accepted(next);
  expect(keys.signing).toBe(next);
});

test('EN-2: a machine that is refused by all of its keys twice is a copy, and one that changes none by the first time', async () => {
  const keys = await theKeys();
  const present = keys.certified;

  expect(keys.refused(present)).toBe(false);
  const next = await keys.propose();
  keys.accepted(present);
  const answers = [next, present, next, present].map((key) => keys.refused(key));

  expect(answers).toEqual([true, true, true, false]);
});
