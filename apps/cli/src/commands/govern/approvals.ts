import type { Approval } from '@muster/contracts';
import type { Command } from 'commander';
import type { Column } from '../../output.ts';
import { openSession, readPages } from '../../session.ts';
import { readId } from '../../typed.ts';

const columns: readonly Column<Approval>[] = [
  { title: 'id', value: (item) => item.id },
  { title: 'state', value: (item) => item.state },
  { title: 'asked by', value: (item) => item.requestedBy.name },
  { title: 'what', value: (item) => item.request.endpoint },
  { title: 'devices', value: (item) => String(item.devices.length), right: true },
  { title: 'yours to decide', value: (item) => (item.decidable ? 'yes' : '') },
  { title: 'expires', value: (item) => item.expiresAt },
];

/** `muster approvals`: what waits for a second person. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('what waits for a second person');
  approvals
    .command('list')
    .description('list what you asked for, and what you may decide')
    .option('--state <state>', 'pending, approved, used, denied, withdrawn or expired')
    .option('--json', 'print JSON')
    .action(async (options: { state?: Approval['state']; json?: boolean }) => {
      const { client, output } = openSession(options);
      const { state } = options;
      const items = await readPages((cursor) => client.approvals.list({ limit: 500, cursor, state }));
      output.list(items, columns, 'Nothing waits for a second person.');
    });
  approvals
    .command('show <id>')
    .description('show exactly what would be done')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const item = await client.approvals.get({ approvalId: readId<Approval['id']>(id, 'approvals list') });
      const { method, path, input } = item.request;
      if (output.json) return output.document(item);
      output.item(item, `${item.state}: ${method} ${path}`);
      for (const line of JSON.stringify(input, null, 2).split('\n')) output.item(item, line);
    });
  for (const verb of ['approve', 'deny'] as const) {
    approvals
      .command(`${verb} <id>`)
      .description(verb === 'approve' ? 'let it be done, once and as it is' : 'refuse it')
      .option('--reason <text>', 'why', '')
      .option('--json', 'print JSON')
      .action(async (id: string, options: { reason: string; json?: boolean }) => {
        const { client, output } = openSession(options);
        const input = { approvalId: readId<Approval['id']>(id, 'approvals list'), reason: options.reason };
        const item = await client.approvals[verb](input);
        output.item(item, `The request of ${item.requestedBy.name} is ${item.state}.`);
      });
  }
  approvals
    .command('withdraw <id>')
    .description('take a request of your own back')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const item = await client.approvals.withdraw({
        approvalId: readId<Approval['id']>(id, 'approvals list'),
      });
      output.item(item, `The request is ${item.state}.`);
    });
}
