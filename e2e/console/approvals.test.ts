import { afterAll, describe, expect, test } from 'bun:test';
import { BUILT_IN_ROLES } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { type Console, expectAccessible, openConsole } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** Two people and one request, each in a browser of their own. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the approvals page', () => {
  let grace: Console;
  const stage = stageConsole(async ({ server }) => {
    const value = [{ permission: 'organisations:create', moreThanDevices: 0 }];
    await server.api('PATCH', '/settings/approvals.policies', { value }, { 'if-match': '*' });
    const person = await stage.person('Grace', BUILT_IN_ROLES.admin.id);
    grace = await openConsole(server.url, {}, person);
  });
  afterAll(() => grace?.close());

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
    (await stage.server.api<{ items: { name: string }[] }>('GET', '/organisations')).items.map(
      ({ name }) => name,
    );

  test('one person asks, sees that it waits and cannot decide it; another sees exactly what would be done', async () => {
    await grace.open('/approvals', 'Approvals');
    await grace.page.getByText('Nothing waits for a second person').waitFor();
    expect(await create()).toBe(403);
    await grace.open('/approvals', 'Approvals');
    await grace.page.getByRole('button', { name: 'Take it back' }).waitFor();
    expect(await grace.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    await stage.ui.open('/approvals', 'Approvals');
    await stage.ui.page.getByText('"name": "Behind two people"').waitFor();
    await expectAccessible(stage.ui.page, 'approvals');
    expect(await organisations()).not.toContain('Behind two people');
  });

  test('approved, it is done by whoever asked, once', async () => {
    await stage.ui.page.getByRole('textbox', { name: /Why/ }).fill('agreed on the phone');
    await stage.ui.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await stage.ui.page.getByText('Grace may do it once now').waitFor();
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
    await stage.ui.page.setViewportSize({ width: 390, height: 844 });
    await stage.ui.page.emulateMedia({ colorScheme: 'dark' });
    await stage.ui.open('/approvals', 'Approvals');
    await stage.ui.page.getByText('"name": "Never"').waitFor();
    await expectAccessible(stage.ui.page, 'approvals-dark-narrow');
    await stage.ui.page.getByRole('button', { name: 'Deny' }).click();
    await stage.ui.page.getByText('The request of Grace is denied').waitFor();
    expect(await organisations()).not.toContain('Never');
  });
});
