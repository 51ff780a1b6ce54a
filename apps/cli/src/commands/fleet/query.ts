import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import type { Column } from '../../output.ts';
import { openSession } from '../../session.ts';

type Explained = Awaited<ReturnType<Client['devices']['explain']>>;
type AskedField = Explained['fields'][number];
type KnownField = Awaited<ReturnType<Client['devices']['fields']>>['fields'][number];

const SETTERS: Readonly<Record<AskedField['authority'], string>> = {
  server: 'this server',
  operator: 'people',
  device: 'the device itself',
};

const asked: readonly Column<AskedField>[] = [
  { title: 'field', value: ({ name }) => name },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'said by', value: ({ authority }) => SETTERS[authority] },
  { title: 'what it is', value: ({ describe }) => describe },
];
const known: readonly Column<KnownField>[] = [
  { title: 'field', value: ({ name, takes }) => (takes === 'argument' ? `${name} "…"` : name) },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'operators', value: ({ operators }) => operators.join(' ') },
  { title: 'what it is', value: ({ describe }) => describe },
];

/** `muster query`: how questions to devices are asked, and understood. */
export function addQuery(program: Command): void {
  const query = program.command('query').description('how device queries are written and understood');
  query
    .command('explain <query>')
    .description('say how a query is understood, who can set what it asks for, and how many devices it means')
    .option('--json', 'print JSON')
    .action(async (text: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const explained = await client.devices.explain({ query: text });
      if (output.json) return output.document(explained);
      const { lines, fields, matching } = explained;
      output.text(lines.map((line) => `${'  '.repeat(line.depth)}${line.text}`).join('\n'));
      output.text(
        `\n${matching.exact ? '' : 'at least '}${matching.value} devices${explained.movesByTime ? '; time alone can change that' : ''}\n`,
      );
      output.list(fields, asked, 'It asks for no field.');
    });
  query
    .command('fields')
    .description('list the fields that a query may ask for')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const { fields } = await client.devices.fields();
      output.list(fields, known, 'There are no fields.');
    });
}
