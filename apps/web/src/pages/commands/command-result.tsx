import { Code, Text } from '@mantine/core';
import type { Command, CommandResult as Result } from '@muster/contracts';
import { hasEnded } from '../../actions/follow-command.ts';
import { resultText } from '../../actions/result-text.ts';
import { PageLink } from '../../parts/page-link.tsx';

/** What came of a command, in words where the catalogue's entry is known. */
export function CommandResult({ command }: { command: Command }) {
  if (command.result === null) {
    return (
      <Text size="sm" c="dimmed">
        {hasEnded(command) ? `There is none: it ended as ${command.state}.` : 'None yet.'}
      </Text>
    );
  }
  const text = resultText(command);
  if (text !== undefined) return <Text size="sm">{text}</Text>;
  if (command.name === 'process.list') {
    const { processes, total = processes.length, takenAt } = command.result as Result<'process.list'>;
    return (
      <Text size="sm">
        {total} processes at {new Date(takenAt).toLocaleString()}.{' '}
        <PageLink to="/devices/$deviceId/processes" params={{ deviceId: command.deviceId }} size="sm">
          See those that run now
        </PageLink>
      </Text>
    );
  }
  if (command.name === 'network.connections') {
    const { total, takenAt } = command.result as Result<'network.connections'>;
    return (
      <Text size="sm">
        {total} connections at {new Date(takenAt).toLocaleString()}.{' '}
        <PageLink to="/devices/$deviceId/network" params={{ deviceId: command.deviceId }} size="sm">
          See those of now
        </PageLink>
      </Text>
    );
  }
  return <Code block>{JSON.stringify(command.result, null, 2)}</Code>;
}
