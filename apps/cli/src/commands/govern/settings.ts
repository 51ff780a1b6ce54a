import type { SettingState } from '@muster/contracts';
import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { openSession, writerFor } from '../../session.ts';

const columns: readonly Column<SettingState>[] = [
  { title: 'setting', value: (item) => item.key },
  { title: 'value', value: (item) => JSON.stringify(item.value) },
  { title: 'default', value: (item) => (item.changedAt ? JSON.stringify(item.byDefault) : '=') },
  { title: 'changed by', value: (item) => item.changedBy ?? '' },
  { title: 'what it does', value: (item) => item.describe },
];

/** `muster settings`: what an administrator can change while the server runs. */
export function addSettings(program: Command): void {
  const settings = program.command('settings').description('what can be changed while the server runs');
  settings
    .command('list')
    .description('list settings, their values and defaults')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      output.list((await client.settings.list()).items, columns, 'There are no settings.');
    });
  settings
    .command('set <setting> <value>')
    .description('change a setting; the value is JSON, or plain text for a text')
    .option('--json', 'print JSON')
    .action(async (key: string, value: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const setting = await findSetting(client, key);
      const writer = writerFor(setting);
      const after = await writer.settings.update({ key: setting.key, value: readValue(setting, value) });
      output.item(after, `${after.key} is ${JSON.stringify(after.value)}.`);
    });
  settings
    .command('reset <setting>')
    .description('let the default hold again')
    .option('--json', 'print JSON')
    .action(async (key: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const setting = await findSetting(client, key);
      const writer = writerFor(setting);
      const after = await writer.settings.reset({ key: setting.key });
      output.item(after, `${after.key} is its default again: ${JSON.stringify(after.value)}.`);
    });
}

async function findSetting(client: Client, wanted: string): Promise<SettingState> {
  const { items } = await client.settings.list();
  const found = items.find((item) => item.key.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  throw new Failure(EXIT.notFound, `There is no setting "${wanted}"; see them with "muster settings list".`);
}

function readValue({ kind }: SettingState, text: string): unknown {
  if (kind === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      EXIT.usage,
      `"${text}" is not JSON; write numbers bare, true or false, and lists as ["a","b"].`,
    );
  }
}
