import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { generateKeyPairSync, sign } from 'node:crypto';
import { skipReason } from '@muster/lab';
import { totpCode } from '../providers/totp-code.ts';
import { type RunningServer, startServer } from '../src/index.ts';
import { type Console, expectAccessible, openConsole } from './open-console.ts';
import { seedFleet } from './seed-fleet.ts';

/** People, roles, keys and places in a real browser. */
const reason = await skipReason('browser');
setDefaultTimeout(120_000);

type Named = { id: string; name: string; etag: string };
type Person = Named & {
  email: string;
  state: string;
  grants: { roleName: string; placeName: string | null }[];
};

describe.skipIf(reason !== undefined)('the pages about people', () => {
  let server: RunningServer;
  let console: Console;
  let admin = '';
  const list = async <Row extends Named>(path: string) =>
    (await server.api<{ items: Row[] }>('GET', path)).items;
  const person = async (name: string) => (await list<Person>('/users')).find((one) => one.name === name);

  beforeAll(async () => {
    server = await startServer();
    admin = (await server.api<{ name: string }>('GET', '/auth/me')).name;
    console = await openConsole(server.url);
  }, 240_000);

  afterAll(async () => {
    await console?.close();
    await server?.stop();
  });

  test('GT-2: a site is added, changed and removed by the page, and one organisation goes unnamed', async () => {
    const { page, open } = console;
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: /^Add a site/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Berlin');
    await dialog.getByRole('textbox', { name: /^Location/ }).fill('Unter den Linden 1');
    await dialog.getByRole('combobox', { name: /^Time zone/ }).fill('Europe/Berl');
    await page.getByRole('option', { name: 'Europe/Berlin' }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('cell', { name: 'Unter den Linden 1' }).waitFor();
    const berlin = (await list<Named & { timezone: string }>('/sites')).find(({ name }) => name === 'Berlin');
    expect(berlin?.timezone).toBe('Europe/Berlin');

    await page.getByRole('button', { name: 'Change site Berlin' }).click();
    await dialog.getByRole('textbox', { name: /^Contact/ }).fill('berlin@example.test');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'berlin@example.test' }).waitFor();

    await page.getByRole('button', { name: 'Remove site Berlin' }).click();
    expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Berlin');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Site Berlin is removed').waitFor();
    expect((await list('/sites')).map(({ name }) => name)).not.toContain('Berlin');
  });

  test('a site that somebody else changed meanwhile says what changed before it is overwritten', async () => {
    const { page, open } = console;
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Change site main' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Contact/ }).fill('mine@example.test');
    const main = (await list('/sites')).find(({ name }) => name === 'main') as Named;
    await server.api('PATCH', `/sites/${main.id}`, { location: 'Cellar' }, { 'if-match': main.etag });
    await dialog.getByRole('button', { name: 'Save' }).click();

    await dialog.getByText(/Location: nothing became Cellar/).waitFor();
    await expectAccessible(page, 'changed meanwhile');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'mine@example.test' }).waitFor();
  });

  test('SE-4: a role is made from the permission catalogue, changed, and removed when nobody has it', async () => {
    const { page, open } = console;
    await open('/roles', 'Roles');
    await page.getByRole('button', { name: 'Look at role Viewer' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('checkbox', { name: /^devices:read/ }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    await page.getByRole('button', { name: 'Add a role' }).click();
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Night shift');
    await dialog.getByRole('checkbox', { name: 'All permissions of devices' }).click();
    await dialog.getByRole('checkbox', { name: /^devices:manage/ }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Role Night shift is added').waitFor();
    await page.getByRole('button', { name: 'Change role Night shift' }).click();
    await dialog.getByRole('checkbox', { name: /^commands:read/ }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Role Night shift is saved').waitFor();
    const made = (await list<Named & { permissions: string[] }>('/roles')).find(
      (one) => one.name === 'Night shift',
    );
    expect(made?.permissions.toSorted()).toEqual([
      'commands:read',
      'devices:approve',
      'devices:check-in',
      'devices:read',
    ]);

    await page.getByRole('button', { name: 'Remove role Night shift' }).click();
    await dialog.getByRole('textbox').fill('Night shift');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Role Night shift is removed').waitFor();
  });

  test('SE-12: a person is invited by a link, chooses a password, and is found, disabled, enabled, removed', async () => {
    const { page, open } = console;
    await open('/people', 'People');
    await page.getByRole('button', { name: 'Invite a person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Grace');
    await dialog.getByRole('textbox', { name: /^Email/ }).fill('grace@example.test');
    await dialog.getByRole('combobox', { name: /^Role/ }).click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = (await dialog.locator('code').textContent()) ?? '';
    await expectAccessible(page, 'invitation link');
    expect((await person('Grace'))?.state).toBe('invited');

    const guest = await console.browser.context.browser()?.newContext();
    const guestPage = await guest?.newPage();
    if (!guestPage) throw new Error('the browser opened no second window');
    await guestPage.goto(link);
    await guestPage.getByLabel('Password').first().fill('a long word of Grace and friends');
    await guestPage.getByRole('button', { name: 'Choose this password' }).click();
    await guestPage.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await guest?.close();

    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('textbox', { name: 'Search people' }).fill('grace@');
    await page.getByRole('link', { name: admin, exact: true }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('search')).toBe('grace@');
    await page.getByRole('link', { name: 'Grace' }).click();
    await page.getByRole('button', { name: 'Disable Grace' }).click();
    await dialog.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('button', { name: 'Enable Grace', exact: true }).click();
    await page.getByText('Grace can sign in again').waitFor();
    expect((await person('Grace'))?.state).toBe('active');

    await page.getByRole('button', { name: 'Remove Grace' }).click();
    await dialog.getByRole('textbox').fill('Grace');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Grace is removed').waitFor();
    expect(await person('Grace')).toBeUndefined();
  });

  test('SE-3 SE-4: a role is given at a site and withdrawn, and a page says what it allows and why', async () => {
    const { page, open } = console;
    await invite('Hedy');
    const { id } = (await person('Hedy')) as Person;
    await open(`/people/${id}`, 'Hedy');
    await page.getByText('No role was given').waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: /^Role/ }).click();
    await page.getByRole('option', { name: 'Operator' }).click();
    await dialog.getByRole('combobox', { name: /^Where/ }).click();
    await page.getByRole('option', { name: 'Site main' }).click();
    await dialog.getByRole('button', { name: 'Give', exact: true }).click();
    await page.getByRole('table').getByRole('cell', { name: 'Operator', exact: true }).waitFor();
    expect((await person('Hedy'))?.grants).toMatchObject([{ roleName: 'Operator', placeName: 'main' }]);

    await page.getByRole('link', { name: 'What may Hedy do, and why' }).click();
    await page.getByRole('heading', { name: 'What Hedy may do', level: 1 }).waitFor();
    const row = (permission: string) => page.getByRole('row', { name: new RegExp(` ${permission} `) });
    await row('devices:manage').getByText('Operator in main').waitFor();
    await row('users:manage').getByText('May not', { exact: true }).waitFor();

    await open(`/people/${id}`, 'Hedy');
    await page.getByRole('button', { name: 'Withdraw Operator in main' }).click();
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await page.getByText('Hedy is no longer Operator in main').waitFor();
    expect((await person('Hedy'))?.grants).toEqual([]);
  });

  test('SE-12: where a person is signed in is shown and ended, and their second factors are reset', async () => {
    const { page, open } = console;
    const { id, email } = await active('Ida');
    const token = await signIn(email);
    await open(`/people/${id}`, 'Ida');
    await page.getByRole('button', { name: /^End the session/ }).click();
    await page.getByText(/^The session of .* is ended/).waitFor();
    expect(await status(token)).toBe(401);

    const another = await signIn(email);
    await setUpFactor(another);
    await page.getByRole('button', { name: 'Reset second factors' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Ida');
    await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByText('Ida has no second factors now').waitFor();
    expect(await status(another)).toBe(401);
  });

  test('SE-7: a key holds what was chosen, shows its secret once, and is refused when revoked', async () => {
    const { page, open } = console;
    await open('/keys', 'API keys');
    await page.getByRole('heading', { name: 'No API keys' }).waitFor();
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('inventory script');
    await dialog.getByRole('checkbox', { name: /^devices:read/ }).click();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('This is shown once').waitFor();
    const secret = (await dialog.locator('code').first().textContent()) ?? '';
    const read = (path: string) =>
      fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await read('/devices')).status).toBe(200);
    expect((await read('/users')).status).toBe(403);

    await dialog.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('cell', { name: 'inventory script', exact: true }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke key inventory script' }).click();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Key inventory script is revoked').waitFor();
    expect((await read('/devices')).status).toBe(401);
  });

  test('EN-4 SE-7: a key with the public key of a node is made by the page, says that it signs, and opens nothing alone', async () => {
    const { page, open } = console;
    await seedFleet(server.dataFolder, 3);
    const { items } = await server.api<{ items: { id: string; hostname: string }[] }>('GET', '/devices');
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
    expect(await status(key)).toBe(401);
    const { message } = await server.api<{ message: string }>('POST', '/auth/node/challenge', { key });
    const signature = sign(null, Buffer.from(message), privateKey).toString('base64');
    const { accessToken } = await server.api<{ accessToken: string }>('POST', '/auth/node/token', {
      key,
      signature,
    });
    const read = await fetch(`${server.url}/api/v1/devices/${device?.id}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(read.status).toBe(200);
  });

  test('SE-3: a viewer is shown no page that they may not open, and a forbidden one names the permission', async () => {
    const { email, id } = await active('Vera');
    const viewer = (await list('/roles')).find(({ name }) => name === 'Viewer') as Named;
    await server.api('POST', `/users/${id}/grants`, { roleId: viewer.id });
    const other = await openConsole(server.url, {}, { email, password: PASSWORD });
    try {
      expect(await other.page.getByRole('link', { name: 'People' }).count()).toBe(0);
      await other.open('/people', 'People');
      await other.page.getByRole('alert').getByText('users:read', { exact: true }).waitFor();
      await expectAccessible(other.page, 'people forbidden');
      await other.open('/rights', 'What you may do');
      await other.page.getByText('Viewer everywhere').first().waitFor();
    } finally {
      await other.close();
    }
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`UI-1: people, roles, keys and places are accessible, ${colorScheme} at ${width}`, async () => {
        const other = await openConsole(server.url, { colorScheme, viewport: { width, height: 844 } });
        try {
          await visitAll(other, `${colorScheme} ${width}`);
        } finally {
          await other.close();
        }
      });
    }
  }

  test('SE-1: the scope switcher comes with a second organisation and narrows the devices by the URL', async () => {
    const { page, open } = console;
    await open('/devices', 'Devices');
    const scope = page.getByRole('combobox', { name: /^Scope/ }).first();
    expect(await scope.count()).toBe(0);
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Add an organisation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Globex');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'Organisations and sites', level: 1 }).waitFor();
    const globex = (await list('/organisations')).find(({ name }) => name === 'Globex') as Named;

    await page.getByRole('combobox', { name: 'Partner of Globex' }).selectOption({ label: 'main' });
    await page.getByText('Globex is served by main').first().waitFor();
    await page.getByRole('combobox', { name: 'main is the partner of' }).waitFor();
    await page.getByRole('combobox', { name: 'Partner of Globex' }).selectOption({ label: 'nobody else' });
    await page.getByText('Globex has no partner').first().waitFor();

    const asked = page.waitForRequest((request) => request.url().includes(`organisation.id`));
    await scope.selectOption({ label: 'Globex' });
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(decodeURIComponent((await asked).url())).toContain(globex.id);
    expect(new URL(page.url()).searchParams.get('scope')).toBe(`org:${globex.id}`);
    await page.getByRole('heading', { name: 'No device matches' }).waitFor();

    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(new URL(page.url()).searchParams.get('scope')).toBe(`org:${globex.id}`);
    await expectAccessible(page, 'scope switcher');
    await scope.selectOption({ label: 'All organisations' });
    await page.waitForURL((url) => !url.searchParams.has('scope'));

    await open('/organisations', 'Organisations and sites');
    await page.getByRole('button', { name: 'Remove Globex' }).click();
    await dialog.getByRole('textbox').fill('Globex');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'Sites', level: 1 }).waitFor();
  });

  async function visitAll({ page, open }: Console, look: string): Promise<void> {
    const dialog = page.getByRole('dialog');
    await open('/people', 'People');
    await page.getByRole('link', { name: admin, exact: true }).waitFor();
    await expectAccessible(page, `people ${look}`);
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await dialog.getByRole('combobox', { name: /^Where/ }).waitFor();
    await expectAccessible(page, `invite ${look}`);
    await open('/people', 'People');
    await page.getByRole('link', { name: admin, exact: true }).click();
    await page.getByRole('cell', { name: 'This one' }).waitFor();
    await expectAccessible(page, `person ${look}`);
    await open('/rights', 'What you may do');
    await page.getByText('Admin everywhere').first().waitFor();
    await expectAccessible(page, `rights ${look}`);
    await open('/roles', 'Roles');
    await page.getByRole('button', { name: 'Look at role Auditor' }).waitFor();
    await expectAccessible(page, `roles ${look}`);
    await page.getByRole('button', { name: 'Add a role' }).click();
    await dialog.getByRole('checkbox', { name: /^devices:read/ }).waitFor();
    await expectAccessible(page, `role ${look}`);
    await open('/keys', 'API keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await dialog.getByRole('checkbox', { name: /^devices:read/ }).waitFor();
    await expectAccessible(page, `key ${look}`);
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Change site main' }).waitFor();
    await expectAccessible(page, `sites ${look}`);
    await page.getByRole('button', { name: 'Change site main' }).click();
    await dialog.getByRole('combobox', { name: /^Time zone/ }).waitFor();
    await expectAccessible(page, `site ${look}`);
  }

  type Invited = { user: Person; link: { token: string } };

  const invite = (name: string) =>
    server.api<Invited>('POST', '/users', { name, email: `${name.toLowerCase()}@example.test` });

  /** Somebody who has chosen a password. */
  async function active(name: string): Promise<Person> {
    const { user, link } = await invite(name);
    await server.api('POST', '/auth/password-links/redeem', { token: link.token, password: PASSWORD });
    return user;
  }

  async function signIn(email: string): Promise<string> {
    const { token } = await server.api<{ token: string }>('POST', '/auth/login', {
      email,
      password: PASSWORD,
    });
    return token;
  }

  /** Sets up one-time passwords for whoever the token speaks for. */
  async function setUpFactor(token: string): Promise<void> {
    const call = async (path: string, body?: unknown) => {
      const answer = await fetch(`${server.url}/api/v1/auth/factors/totp${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      expect(answer.status).toBeLessThan(300);
      return answer;
    };
    const { secret } = (await (await call('')).json()) as { secret: string };
    await call('/confirm', { code: totpCode(secret) });
  }

  const status = async (token: string) =>
    (await fetch(`${server.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status;
});

const PASSWORD = 'seven brave otters count teaspoons';
