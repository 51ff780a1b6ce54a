import { DeviceSort, type SavedView } from '@muster/contracts';
import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { findPlace, getOrgId } from '../../places.ts';
import { openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };
type Named = Json & { org?: string };

const columns: readonly Column<SavedView>[] = [
  { title: 'view', value: ({ name }) => name },
  { title: 'shared', value: ({ orgName }) => orgName ?? 'no' },
  { title: 'query', value: ({ query }) => query || 'all devices' },
  { title: 'sort', value: ({ sort }) => sort },
  { title: 'columns', value: (view) => view.columns.join(', ') },
];

/** `muster views`: ways to look at the devices list, kept under a name. */
export function addViews(program: Command): void {
  const views = program.command('views').description('ways to look at the devices list, kept under a name');
  addLooking(views);
  addChanging(views);
}

function addLooking(views: Command): void {
  views
    .command('list')
    .description('list your own views, and those that are shared where you see devices')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list((await client.views.list()).items, columns, 'There are no saved views.');
    });
  views
    .command('show <view>')
    .description('show what a view asks for; muster devices list --view lists its devices')
    .option('--org <organisation>', 'the one that is shared there')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Named) => {
      const { client, output } = openSession(options);
      const view = await findView(client, name, options.org);
      output.record(view, [
        ['name', view.name],
        ['id', view.id],
        ['shared', view.orgName ?? 'no'],
        ['query', view.query || 'all devices'],
        ['sort', view.sort],
        ['columns', view.columns.join(', ') || 'as without a view'],
      ]);
    });
}

type Saved = Named & { sort?: string; columns?: string; replace?: boolean };

function addChanging(views: Command): void {
  views
    .command('save <view> [query...]')
    .description('keep a query under a name, for yourself or, with --org, for an organisation')
    .option('--sort <field>', 'hostname, -cpu, last_seen, …')
    .option('--columns <ids>', 'what the console shows, such as name,state,disk')
    .option('--org <organisation>', 'share it there at once')
    .option('--replace', 'change the view that is called so')
    .option('--json', 'print JSON')
    .action(save);
  views
    .command('rename <view> <name>')
    .description('call a view something else')
    .option('--org <organisation>', 'the one that is shared there')
    .option('--json', 'print JSON')
    .action(async (wanted: string, name: string, options: Named) => {
      const { client, output } = openSession(options);
      const view = await findView(client, wanted, options.org);
      const renamed = await writerFor(view).views.update({ viewId: view.id, name });
      output.item(renamed, `The view is called ${renamed.name} now.`);
    });
  views
    .command('share <view>')
    .description('share a private view in an organisation, or take a shared one back')
    .option('--org <organisation>', 'where; not needed where there is one')
    .option('--back', 'make it private again, as your own')
    .option('--json', 'print JSON')
    .action(share);
  views
    .command('remove <view>')
    .description('remove a view')
    .option('--org <organisation>', 'the one that is shared there')
    .option('--json', 'print what it was as JSON')
    .action(async (name: string, options: Named) => {
      const { client, output } = openSession(options);
      const view = await findView(client, name, options.org);
      await writerFor(view).views.remove({ viewId: view.id });
      output.item(view, `The view ${view.name} is removed.`);
    });
}

async function save(name: string, words: string[], options: Saved): Promise<void> {
  const { client, output } = openSession(options);
  const said = {
    ...(options.sort === undefined ? {} : { sort: readSort(options.sort) }),
    ...(options.columns === undefined ? {} : { columns: options.columns.split(',').filter(Boolean) }),
  };
  if (options.replace) {
    const view = await findView(client, name, options.org);
    const query = words.length > 0 ? { query: words.join(' ') } : {};
    const changed = await writerFor(view).views.update({ viewId: view.id, ...query, ...said });
    output.item(changed, `The view ${changed.name} is changed.`);
    return;
  }
  const { orgId } = await findPlace(client, { org: options.org });
  const view = await client.views.create({ name, query: words.join(' '), orgId, ...said });
  output.item(view, `The view ${view.name} is saved${view.orgName ? ` for ${view.orgName}` : ''}.`);
}

async function share(name: string, options: Named & { back?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const all = (await client.views.list()).items;
  if (options.back) {
    const shared = pick(await within(client, all, options.org), name, ({ orgId }) => orgId !== null);
    const own = await writerFor(shared).views.update({ viewId: shared.id, orgId: null });
    output.item(own, `The view ${own.name} is private, and yours.`);
    return;
  }
  const view = pick(all, name, ({ orgId }) => orgId === null);
  const orgId = await getOrgId(client, options.org);
  const shared = await writerFor(view).views.update({ viewId: view.id, orgId });
  output.item(shared, `The view ${shared.name} is shared in ${shared.orgName}.`);
}

/** A view by name or id: the private one of that name, where a shared one is called the same and no --org is given. */
export async function findView(client: Client, name: string, org: string | undefined): Promise<SavedView> {
  return pick(await within(client, (await client.views.list()).items, org), name, () => true);
}

/** Those that are shared in the organisation; all where none is named. */
async function within(client: Client, views: SavedView[], org: string | undefined): Promise<SavedView[]> {
  const { orgId } = await findPlace(client, { org });
  return orgId ? views.filter((view) => view.orgId === orgId) : views;
}

function pick(views: readonly SavedView[], name: string, which: (view: SavedView) => boolean): SavedView {
  const called = views.filter(
    (view) => which(view) && (view.id === name || view.name.toLowerCase() === name.toLowerCase()),
  );
  const own = called.find(({ orgId }) => orgId === null);
  const [view, another] = own ? [own] : called;
  if (!view) throw new Failure(EXIT.notFound, `There is no view ${name}; see "muster views list".`);
  if (another)
    throw new Failure(EXIT.usage, `Several organisations share a view ${name}; name one with --org.`);
  return view;
}

function readSort(word: string): DeviceSort {
  const sort = DeviceSort.safeParse(word);
  if (sort.success) return sort.data;
  throw new Failure(EXIT.usage, `There is no sort “${word}”; there are ${DeviceSort.options.join(', ')}.`);
}
