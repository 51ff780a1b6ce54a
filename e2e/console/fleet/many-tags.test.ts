import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Group, GroupTags } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { ADMIN, muster, openDatabase } from '../../src/index.ts';
import { expectAccessible } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** Tags of a group whose members are several pages of what the server works out at once, in the browser and the CLI. */
const reason = await skipReason('browser');
const DEVICES = 1_600;

describe.skipIf(reason !== undefined)('tags of a group with many members', () => {
  let group: Group;
  const stage = stageConsole(async ({ server }) => {
    await seedFleet(server.dataFolder, DEVICES);
    group = await server.api('POST', '/groups', { name: 'Everything', query: 'hostname = *' });
  });
  const carried = () => stage.server.api<GroupTags>('GET', `/groups/${group.id}/tags`);

  /** Does something while somebody holds the last of the devices: the change comes as far as that one's page. */
  async function whileHeld(work: () => Promise<unknown>): Promise<void> {
    const sql = openDatabase(stage.server.dataFolder);
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(
          'select from devices where id = (select id from devices order by id desc limit 1) for update',
        );
        await work();
      });
    } finally {
      await sql.close();
    }
  }

  test('GT-6: the console shows how far the tags have come, and takes a change back', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/groups/${group.id}`, 'Everything');
    await page.getByText('1,600').first().waitFor();
    const panel = page.getByRole('region', { name: 'Tags that it carries' });
    const box = panel.getByRole('combobox', { name: 'Tags' });

    await whileHeld(async () => {
      await box.fill('wave=1');
      await box.press('Enter');
      await panel.getByRole('button', { name: 'Save tags' }).click();
      await panel.getByText('1,500 of 1,600 devices have been looked at').waitFor();
      await expectAccessible(page, 'tags of a group on their way');
      await panel.getByRole('button', { name: 'Take back' }).click();
      await page.getByText('Everything carries what it did before').waitFor();
    });

    await panel.getByText('At the last change').waitFor();
    expect(await carried()).toMatchObject({ tags: {}, change: { looked: DEVICES } });
    await panel.getByText('wave=1').waitFor({ state: 'detached' });
  });

  test('GT-6: the command line shows the way and the end of it', async () => {
    const env = { MUSTER_CLI_CONFIG: join(stage.server.dataFolder, 'login.json') };
    const login = ['login', '--server', stage.server.url, '--email', ADMIN.email, '--password-stdin'];
    expect((await muster(login, env, ADMIN.password)).code).toBe(0);

    const answer = await muster(['tags', 'group', 'Everything', 'wave=2'], env);
    const second = await muster(['tags', 'group', 'Everything', '--take-back'], env);

    expect(answer.stderr).toContain('of 1600 devices looked at');
    expect(answer.stdout).toContain('Everything carries wave=2. The tags of 1600 of 1600 devices changed.');
    expect([second.code, second.stderr]).toEqual([
      6,
      expect.stringContaining('No change of its tags is under way'),
    ]);
  });
});
