import { describe, expect, test } from 'bun:test';
import { BUILT_IN_ROLES } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import type { Locator } from 'playwright-core';
import { type Console, expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** What somebody sees who may look and change nothing, in the browser against a real server. */
const reason = await skipReason('browser');

type Row = { id: string; name: string; hostname: string; siteId: string };

describe.skipIf(reason !== undefined)('a viewer in the console', () => {
  let groups: Row[] = [];
  let site: Row | undefined;
  let device: Row | undefined;
  const stage = stageConsole(async ({ server }) => {
    await seedFleet(server.dataFolder, 3);
    const list = async (path: string) => (await server.api<{ items: Row[] }>('GET', path)).items;
    [device] = await list('/devices?sort=hostname');
    [site] = await list('/sites');
    for (const group of [{ kind: 'static' }, { kind: 'smart', query: 'os = linux' }])
      await server.api('POST', '/groups', { ...group, name: `${group.kind} ones` });
    groups = await list('/groups');
    const chosen = groups.find(({ name }) => name === 'static ones');
    await server.api('POST', `/groups/${chosen?.id}/devices`, { deviceIds: [device?.id] });
    await server.api('POST', '/fields', { key: 'owner', title: 'Owner', kind: 'text' });
  });

  /** Buttons of the page that change something when pressed. */
  const deeds = (part: Locator) =>
    part
      .getByRole('button', { name: /^(Add|Change|Remove|Define|Take|Save|Rename|Suspend|Retire|Tags)/ })
      .allTextContents();
  const main = ({ page }: Console) => page.getByRole('main');

  test('SE-3 GT-4 GT-5: a viewer reads groups and their members, and is offered no change of them', async () => {
    const vera = await openConsole(
      stage.server.url,
      {},
      await stage.person('Vera', BUILT_IN_ROLES.viewer.id),
    );
    try {
      await vera.open('/groups', 'Groups');
      await vera.page.getByRole('link', { name: 'smart ones', exact: true }).waitFor();
      expect(await deeds(main(vera))).toEqual([]);
      for (const { id, name } of groups) {
        await vera.open(`/groups/${id}`, name);
        await vera.page.getByRole('region', { name: 'Devices of the group' }).waitFor();
        expect(await deeds(main(vera))).toEqual([]);
        await expectAccessible(vera.page, `viewer ${name}`);
      }
      await vera.page.getByText('Changing this needs the permission policies:manage').waitFor();
    } finally {
      await vera.close();
    }
  });

  test('SE-3 GT-7: a viewer reads custom fields and their values, and is told what a change would take', async () => {
    const vera = await openConsole(
      stage.server.url,
      {},
      await stage.person('Victor', BUILT_IN_ROLES.viewer.id),
    );
    try {
      await vera.open('/fields', 'Custom fields');
      await vera.page.getByRole('cell', { name: 'custom.owner' }).waitFor();
      expect(await deeds(main(vera))).toEqual([]);
      await expectAccessible(vera.page, 'viewer fields');

      for (const [path, heading, permission] of [
        [`/organisations/${site?.id}`, site?.name, 'organisations:manage'],
        [`/devices/${device?.id}/settings`, device?.hostname, 'devices:manage'],
      ]) {
        await vera.open(`${path}`, `${heading}`);
        const fields = vera.page.getByRole('region', { name: 'Custom fields', exact: true });
        await fields.getByText(`Changing this needs the permission ${permission}`).waitFor();
        expect(await fields.getByRole('textbox', { name: 'Owner' }).isDisabled()).toBe(true);
        expect(await deeds(main(vera))).toEqual([]);
      }
    } finally {
      await vera.close();
    }
  });
});
