import { describe, expect, test } from 'bun:test';
import { generateKeyPairSync, sign } from 'node:crypto';
import { skipReason } from '@muster/lab';
import { expectAccessible } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** Keys of programs and of nodes that sign, in a real browser. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the page of API keys', () => {
  const stage = stageConsole(({ server }) => seedFleet(server.dataFolder, 3));
  const read = (path: string, token: string) =>
    fetch(`${stage.server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

  test('SE-7: a key holds what was chosen, shows its secret once, and is refused when revoked', async () => {
    const { page, open } = stage.ui;
    await open('/keys', 'API keys');
    await page.getByRole('heading', { name: 'No API keys' }).waitFor();
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('inventory script');
    await dialog.getByRole('checkbox', { name: /^devices:read/ }).click();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('This is shown once').waitFor();
    const secret = (await dialog.locator('code').first().textContent()) ?? '';
    expect((await read('/devices', secret)).status).toBe(200);
    expect((await read('/users', secret)).status).toBe(403);

    await dialog.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('cell', { name: 'inventory script', exact: true }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke key inventory script' }).click();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Key inventory script is revoked').waitFor();
    expect((await read('/devices', secret)).status).toBe(401);
  });

  test('EN-4 SE-7: a key with the public key of a node is made by the page, says that it signs, and opens nothing alone', async () => {
    const { page, open } = stage.ui;
    const { items } = await stage.server.api<{ items: { id: string; hostname: string }[] }>(
      'GET',
      '/devices',
    );
    const [device] = items;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    await open('/keys', 'API keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('probe');
    await dialog.getByRole('combobox', { name: /^Bound to a device/ }).fill(device?.hostname ?? '');
    await page.getByRole('option', { name: device?.hostname ?? '', exact: true }).click();
    const given = dialog.getByRole('textbox', { name: /^Public key of the node/ });
    await given.fill(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await dialog.getByText('This is a private key').waitFor();
    await given.fill(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await dialog.getByRole('checkbox', { name: /^devices:read/ }).click();
    await dialog.getByRole('button', { name: /--public-key/ }).waitFor();
    await expectAccessible(page, 'key of a node');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('Alone it opens nothing').waitFor();
    const key = (await dialog.locator('code').first().textContent()) ?? '';
    await dialog.getByRole('button', { name: 'I have stored it' }).click();

    await page
      .getByRole('row')
      .filter({ hasText: 'probe' })
      .getByRole('cell', { name: 'a signature (Ed25519)' })
      .waitFor();
    await expectAccessible(page, 'keys, one of a node');
    expect((await read('/auth/me', key)).status).toBe(401);
    const { message } = await stage.server.api<{ message: string }>('POST', '/auth/node/challenge', { key });
    const signature = sign(null, Buffer.from(message), privateKey).toString('base64');
    const { accessToken } = await stage.server.api<{ accessToken: string }>('POST', '/auth/node/token', {
      key,
      signature,
    });
    expect((await read(`/devices/${device?.id}`, accessToken)).status).toBe(200);
  });
});
