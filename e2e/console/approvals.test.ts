import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { BUILT_IN_ROLES } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { type RunningServer, startServer } from '../src/index.ts';
import { type Console, expectAccessible, openConsole } from './open-console.ts';

/** Two people and one request, each in a browser of their own. */
const reason = await skipReason('browser');
setDefaultTimeout(120_000);

const GRACE = { email: 'grace@example.org', password: 'gravel tulip oxygen' };

describe.skipIf(reason !== undefined)('the approvals page', () => {
  let server: RunningServer;
  let ada: Console;
  let grace: Console;

  beforeAll(async () => {
    server = await startServer();
    const grants = [{ roleId: BUILT_IN_ROLES.admin.id }];
    const { link } = await server.api<{ link: { token: string } }>('POST', '/users', {
      email: GRACE.email,
      name: 'Grace',
      grants,
    });
    await server.api('POST', '/auth/password-links/redeem', { token: link.token, password: GRACE.password });
    const value = [{ permission: 'organisations:create', moreThanDevices: 0 }];
    await server.api('PATCH', '/settings/approvals.policies', { value }, { 'if-match': '*' });
    [ada, grace] = await Promise.all([openConsole(server.url), openConsole(server.url, {}, GRACE)]);
  }, 240_000);
  afterAll(async () => {
    await ada?.close();
    await grace?.close();
    await server?.stop();
  });

  const create = () =>
    grace.page.evaluate(async () => {
      const answer = await fetch('/api/v1/organisations', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Behind two people' }),
      });
      return answer.status;
    });
  const organisations = async () =>
    (await server.api<{ items: { name: string }[] }>('GET', '/organisations')).items.map(({ name }) => name);

  test('one person asks, sees that it waits and cannot decide it; another sees exactly what would be done', async () => {
    await grace.open('/approvals', 'Approvals');
    await grace.page.getByText('Nothing waits for a second person').waitFor();
    expect(await create()).toBe(403);
    await grace.open('/approvals', 'Approvals');
    await grace.page.getByRole('button', { name: 'Take it back' }).waitFor();
    expect(await grace.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    await ada.open('/approvals', 'Approvals');
    await ada.page.getByText('"name": "Behind two people"').waitFor();
    await expectAccessible(ada.page, 'approvals');
    expect(await organisations()).not.toContain('Behind two people');
  });

  test('approved, it is done by whoever asked, once', async () => {
    await ada.page.getByRole('textbox', { name: /Why/ }).fill('agreed on the phone');
    await ada.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await ada.page.getByText('Grace may do it once now').waitFor();
    await grace.open('/approvals', 'Approvals');
    await grace.page.getByText('agreed on the phone').waitFor();
    await grace.page.getByRole('button', { name: 'Do it now' }).click();
    await grace.page.getByText('It is done').waitFor();
    expect(await organisations()).toContain('Behind two people');
    await grace.page.getByText('Nothing waits for a second person').waitFor();
  });

  test('denied, it is not done; dark and narrow the page holds', async () => {
    await grace.page.evaluate(async () => {
      await fetch('/api/v1/organisations', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Never' }),
      });
    });
    await ada.page.setViewportSize({ width: 390, height: 844 });
    await ada.page.emulateMedia({ colorScheme: 'dark' });
    await ada.open('/approvals', 'Approvals');
    await ada.page.getByText('"name": "Never"').waitFor();
    await expectAccessible(ada.page, 'approvals-dark-narrow');
    await ada.page.getByRole('button', { name: 'Deny' }).click();
    await ada.page.getByText('The request of Grace is denied').waitFor();
    expect(await organisations()).not.toContain('Never');
  });
});
