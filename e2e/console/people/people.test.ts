import { describe, expect, test } from 'bun:test';
import { BUILT_IN_ROLES } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { totpCode } from '../../providers/totp-code.ts';
import { type Console, expectAccessible, openConsole } from '../open-console.ts';
import { stageConsole } from '../stage.ts';

/** People, their roles and how they sign in, in a real browser. */
const reason = await skipReason('browser');

type Named = { id: string; name: string; etag: string };
type Person = Named & {
  email: string;
  state: string;
  grants: { roleName: string; placeName: string | null }[];
};

describe.skipIf(reason !== undefined)('the pages about people', () => {
  let admin = '';
  const stage = stageConsole(async ({ server }) => {
    admin = (await server.api<{ name: string }>('GET', '/auth/me')).name;
  });
  const list = async <Row extends Named>(path: string) =>
    (await stage.server.api<{ items: Row[] }>('GET', path)).items;
  const person = async (name: string) => (await list<Person>('/users')).find((one) => one.name === name);

  test('SE-4: a role is made from the permission catalogue, changed, and removed when nobody has it', async () => {
    const { page, open } = stage.ui;
    await open('/roles', 'Roles');
    await page.getByRole('cell', { name: BUILT_IN_ROLES.viewer.describe }).waitFor();
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
    const { page, open } = stage.ui;
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

    const guest = await stage.ui.browser.context.browser()?.newContext();
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
    const { page, open } = stage.ui;
    const { id } = await stage.person('Hedy');
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
    const { page, open } = stage.ui;
    const ida = await stage.person('Ida');
    const token = await signIn(ida);
    await open(`/people/${ida.id}`, 'Ida');
    await page.getByRole('button', { name: /^End the session/ }).click();
    await page.getByText(/^The session of .* is ended/).waitFor();
    expect(await status(token)).toBe(401);

    const another = await signIn(ida);
    await setUpFactor(another);
    await page.getByRole('button', { name: 'Reset second factors' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Ida');
    await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByText('Ida has no second factors now').waitFor();
    expect(await status(another)).toBe(401);
  });

  test('SE-3: a viewer is shown no page that they may not open, and a forbidden one names the permission', async () => {
    const vera = await stage.person('Vera', BUILT_IN_ROLES.viewer.id);
    const other = await openConsole(stage.server.url, {}, vera);
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
        const other = await openConsole(stage.server.url, { colorScheme, viewport: { width, height: 844 } });
        try {
          await visitAll(other, `${colorScheme} ${width}`);
        } finally {
          await other.close();
        }
      });
    }
  }

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

  const signIn = async ({ email, password }: { email: string; password: string }) =>
    (await stage.server.api<{ token: string }>('POST', '/auth/login', { email, password })).token;

  /** Sets up one-time passwords for whoever the token speaks for. */
  async function setUpFactor(token: string): Promise<void> {
    const call = async (path: string, body?: unknown) => {
      const answer = await fetch(`${stage.server.url}/api/v1/auth/factors/totp${path}`, {
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
    (await fetch(`${stage.server.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
});
