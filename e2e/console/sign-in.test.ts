import { describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { launchBrowser, skipReason } from '@muster/lab';
import type { Page } from 'playwright-core';
import { openDatabase } from '../src/index.ts';
import { expectAccessible } from './open-console.ts';
import { PASSWORD, stageConsole } from './stage.ts';

/** Ways in, in a real browser: links, providers, second factors, passkeys, and the fresh proof. */
const reason = await skipReason('browser');

const ADMIN_ROLE = '00000000-0000-7000-8000-000000000001';

describe.skipIf(reason !== undefined)('signing in', () => {
  const stage = stageConsole();
  const aPerson = (name: string) => stage.person(name, ADMIN_ROLE);

  /** A browser of its own, whatever the test leaves behind in it. */
  async function inBrowser(
    work: (page: Page) => Promise<void>,
    options: Parameters<typeof launchBrowser>[0] = {},
  ) {
    const browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, ...options });
    try {
      const page = await browser.context.newPage();
      page.setDefaultTimeout(60_000);
      await work(page);
    } finally {
      await browser.close();
    }
  }

  async function typePassword(page: Page, email: string, password = PASSWORD): Promise<void> {
    await page.goto(`${stage.server.url}/sign-in`);
    await page.getByRole('textbox', { name: 'Email' }).fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  const arrived = (page: Page) => page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

  async function openProfile(page: Page): Promise<void> {
    await page.goto(`${stage.server.url}/profile`);
    await page.getByRole('heading', { name: 'Profile and security', level: 1 }).waitFor();
  }

  /** Sets up one-time passwords by the dialog; answers with the secret and the recovery codes. */
  async function setUpTotp(page: Page): Promise<{ secret: string; recovery: string[] }> {
    await page
      .getByRole('region', { name: 'One-time passwords' })
      .getByRole('button', { name: 'Set up' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('img', { name: /The secret/ }).waitFor();
    const secret = ((await dialog.locator('code').textContent()) ?? '').trim();
    await expectAccessible(page, 'totp set-up');
    await dialog.getByRole('textbox', { name: 'Code that the app shows' }).fill(totp(secret, -1));
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    const codes = page.getByRole('list', { name: 'Recovery codes' });
    await codes.waitFor();
    await expectAccessible(page, 'recovery codes');
    const recovery = await codes.getByRole('listitem').allInnerTexts();
    const done = page.getByRole('button', { name: 'Done' });
    expect(await done.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /I stored them/ }).click();
    await done.click();
    await page
      .getByRole('region', { name: 'One-time passwords' })
      .getByText(/On since/)
      .waitFor();
    return { secret, recovery };
  }

  test('SE-12: an invitation leads to a password of one’s own, and then in', async () => {
    const invited = await stage.server.api<{ link: { path: string } }>('POST', '/users', {
      ...{ email: 'ines@example.test', name: 'Ines', grants: [{ roleId: ADMIN_ROLE }] },
    });
    await inBrowser(async (page) => {
      await page.goto(stage.server.url + invited.link.path);
      await page.getByRole('heading', { name: 'Welcome, Ines' }).waitFor();
      expect(page.url()).not.toContain('token');
      await expectAccessible(page, 'invitation');
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Choose this password' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await typePassword(page, 'ines@example.test');
      await arrived(page);

      await page.goto('about:blank');
      await page.goto(stage.server.url + invited.link.path);
      await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    });
  });

  test('SE-5: providers stand on the sign-in page, and why one sent somebody back is told in words', async () => {
    const settings = { kind: 'oidc', issuer: 'https://login.example.test', clientId: 'muster' };
    const made = await stage.server.api<{ id: string }>('POST', '/providers', {
      name: 'Example Login',
      settings,
    });
    await inBrowser(async (page) => {
      await page.goto(`${stage.server.url}/sign-in?problem=not_invited`);
      await page
        .getByRole('alert')
        .getByText(/nobody has invited you/)
        .waitFor();
      const link = page.getByRole('link', { name: 'Sign in with Example Login' });
      expect(await link.getAttribute('href')).toStartWith(`/api/v1/auth/oidc/${made.id}/start`);
      await expectAccessible(page, 'sign in with providers');
    });
    await stage.server.api('DELETE', `/providers/${made.id}`);
  });

  test('SE-6: a one-time password is set up by its QR code, asked for at sign-in, and a recovery code stands in for it once', async () => {
    const { email } = await aPerson('tom');
    let kept = { secret: '', recovery: [] as string[] };
    await inBrowser(async (page) => {
      await typePassword(page, email);
      await arrived(page);
      await openProfile(page);
      kept = await setUpTotp(page);
    });
    await inBrowser(async (page) => {
      await typePassword(page, email);
      await page.getByRole('heading', { name: 'Your second factor' }).waitFor();
      await expectAccessible(page, 'second factor');
      await page.getByRole('textbox', { name: 'Code from your app' }).fill('000000');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').waitFor();
      await page.getByRole('textbox', { name: 'Code from your app' }).fill(totp(kept.secret));
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await arrived(page);
    });
    for (const isFirst of [true, false]) {
      await inBrowser(async (page) => {
        await typePassword(page, email);
        await page.getByRole('button', { name: 'Use a recovery code' }).click();
        await page.getByRole('textbox', { name: 'Recovery code' }).fill(kept.recovery[0] ?? '');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        if (isFirst) await arrived(page);
        else await page.getByRole('alert').waitFor();
      });
    }
  });

  test('SE-6: a passkey is added, signs in without a password, is renamed and removed', async () => {
    const { email } = await aPerson('pia');
    await inBrowser(async (page) => {
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
          ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
      await typePassword(page, email);
      await arrived(page);
      await openProfile(page);
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('blue key');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('checkbox', { name: /I stored them/ }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('region', { name: 'Passkeys' }).getByText('blue key').waitFor();

      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await arrived(page);

      await openProfile(page);
      await page.getByRole('button', { name: 'Rename blue key' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('green key');
      await page.getByRole('button', { name: 'Rename', exact: true }).click();
      await page.getByRole('button', { name: 'Remove green key' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await page
        .getByRole('region', { name: 'Passkeys' })
        .getByText(/^None\./)
        .waitFor();
    });
  });

  test('SE-6: something dangerous long after the sign-in asks who it is, and then goes on by itself', async () => {
    const { id, email } = await aPerson('stella');
    await inBrowser(async (page) => {
      await typePassword(page, email);
      await arrived(page);
      const database = openDatabase(stage.server.dataFolder);
      await database`update sessions set proved_at = now() - interval '3 hours' where user_id = ${id}`;
      await database.close();
      await page.goto(`${stage.server.url}/settings`);
      const form = page.getByRole('form', { name: 'Name' });
      await form.getByRole('textbox').fill('Muster of Stella');
      await form.getByRole('button', { name: 'Save Name' }).click();

      const dialog = page.getByRole('dialog', { name: 'Is it you?' });
      await dialog.waitFor();
      await expectAccessible(page, 'step up');
      await dialog.getByRole('textbox', { name: 'Password' }).fill('not the password');
      await dialog.getByRole('button', { name: 'Go on' }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Go on' }).click();

      await page.getByText('Name is saved').waitFor();
      await dialog.waitFor({ state: 'detached' });
    });
  });

  test('SE-5: sessions are listed, and one that is ended is out at once', async () => {
    const { email } = await aPerson('sven');
    await inBrowser(async (here) => {
      await typePassword(here, email);
      await arrived(here);
      await inBrowser(async (there) => {
        await typePassword(there, email);
        await arrived(there);
        await openProfile(here);
        const panel = here.getByRole('region', { name: 'Where you are signed in' });
        await panel.getByText('This one').waitFor();
        await panel.getByRole('button', { name: /^End the session of Chrome/ }).click();
        await here.getByText(/^The session of Chrome.* is ended/).waitFor();

        await there.getByRole('link', { name: 'Settings' }).click();
        await there.getByRole('heading', { name: 'Sign in' }).waitFor();
      });
    });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`SE-6 UI-1: profile and sign-in are accessible, ${colorScheme} at ${width}`, async () => {
        const { email } = await aPerson(`ann-${colorScheme}-${width}`);
        await inBrowser(
          async (page) => {
            await typePassword(page, email, 'not the password');
            await page.getByRole('alert').waitFor();
            await expectAccessible(page, `refused ${colorScheme} ${width}`);
            await typePassword(page, email);
            await arrived(page);
            await openProfile(page);
            await setUpTotp(page);
            await expectAccessible(page, `profile ${colorScheme} ${width}`);
          },
          { colorScheme, viewport: { width, height: 844 } },
        );
      });
    }
  }

  test('SE-6: where a role demands a second factor, setting one up is all that can be done', async () => {
    const { email } = await aPerson('rita');
    const key = 'signIn.requireFactor';
    const etag = async () =>
      (await stage.server.api<{ items: { key: string; etag: string }[] }>('GET', '/settings')).items.find(
        (item) => item.key === key,
      )?.etag ?? '';
    await stage.server.api(
      'PATCH',
      `/settings/${key}`,
      { value: [ADMIN_ROLE] },
      { 'if-match': await etag() },
    );
    await inBrowser(async (page) => {
      await typePassword(page, email);
      await page.getByRole('heading', { name: 'Profile and security', level: 1 }).waitFor();
      await page.getByRole('status').getByText('Set up a second factor').waitFor();
      await page.goto(`${stage.server.url}/settings`);
      await page.getByRole('heading', { name: 'Profile and security', level: 1 }).waitFor();
      await expectAccessible(page, 'must set up a factor');

      await setUpTotp(page);
      await page.getByRole('link', { name: 'Go to the devices' }).click();
      await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    });
  });
});

/** RFC 6238 with SHA-1, 30 seconds and six digits; `steps` away from now. */
function totp(secret: string, steps = 0): string {
  const bits = [...secret.replaceAll(/[\s=]/g, '').toUpperCase()]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
