import type { CountedValue } from '@muster/contracts';
import type { Command } from 'commander';
import type { Column } from '../../output.ts';
import { openSession } from '../../session.ts';

type Line = CountedValue & { readonly what: string };

const columns: readonly Column<Line>[] = [
  { title: 'what', value: ({ what }) => what },
  { title: 'value', value: ({ value }) => value },
  { title: 'devices', value: ({ count }) => count.toLocaleString(), right: true },
  { title: 'query', value: ({ query }) => query },
];

/** `muster devices overview`: the fleet by state, system and version, and what is wrong, each with its query. */
export function addOverview(devices: Command): void {
  devices
    .command('overview [query...]')
    .description('count the fleet by state, system and version, and what is wrong with it')
    .option('--json', 'print JSON')
    .action(show);
}

async function show(words: readonly string[], options: { json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const view = await client.devices.overview({ query: words.join(' ') });
  if (output.json) return output.document(view);
  const told = (what: string, rows: readonly CountedValue[]) => rows.map((row) => ({ what, ...row }));
  output.list(
    [
      ...told('state', view.states),
      ...told(
        'problem',
        view.problems.map(({ problem, ...rest }) => ({ value: problem, ...rest })),
      ),
      ...told('system', view.systems.top),
      ...told('version', view.versions.top),
      ...told('agent', view.agents.top),
    ],
    columns,
    'There are no devices.',
  );
}
