import { Button, Code, Group, Stack } from '@mantine/core';
import type { Command, CommandId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { commandTitle, hasEnded } from '../../actions/follow-command.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useLiveView } from '../../live/live.ts';
import { CommandMark } from '../../parts/command-mark.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import pageClasses from '../page.module.css';
import { CommandResult } from './command-result.tsx';

const route = getRouteApi('/console/commands/$commandId');

/** One command: what was asked, how it went, what came of it. */
export function CommandPage() {
  const commandId = route.useParams().commandId as CommandId;
  const options = queries.commands.get.queryOptions({ input: { commandId } });
  const read = useQuery(options);
  useLiveView({ view: 'command', commandId }, (message) => {
    if (message.type === 'command') queryClient.setQueryData(options.queryKey, message.command);
  });
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const command = read.data;
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between">
        <Stack gap={4}>
          <PageLink to="/commands" size="sm">
            Commands
          </PageLink>
          <PageTitle>{`${commandTitle(command.name)} on ${command.deviceName}`}</PageTitle>
          <CommandMark state={command.state} />
        </Stack>
        <CancelButton command={command} />
      </Group>
      <Panel title="Record">
        <Facts facts={factsOf(command)} />
      </Panel>
      {command.error && (
        <Panel title="Why it ended so">
          {command.error.message} <Code>{command.error.code}</Code>
        </Panel>
      )}
      <Panel title="Result">
        <CommandResult command={command} />
      </Panel>
    </div>
  );
}

function CancelButton({ command }: { command: Command }) {
  const may = useMay('commands:cancel');
  const cancel = useAction({
    run: () => api.commands.cancel({ commandId: command.id }),
    said: ({ state }) => ({ title: `The command is ${state}`, tone: 'plain' }),
    failed: () => 'Could not cancel the command',
    after: () => queryClient.invalidateQueries({ queryKey: [['commands']] }),
  });
  if (!may || hasEnded(command)) return null;
  return (
    <Group gap={4}>
      <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel command
      </Button>
      <CopyCommand line={`muster commands cancel ${command.id}`} />
    </Group>
  );
}

function factsOf(command: Command): Fact[] {
  const at = (moment: string | null, missing: string) => <When at={moment} missing={missing} />;
  return [
    {
      name: 'Device',
      value: (
        <PageLink to="/devices/$deviceId" params={{ deviceId: command.deviceId }} size="sm">
          {command.deviceName}
        </PageLink>
      ),
    },
    { name: 'Catalogue name', value: `${command.name}, version ${command.version}`, mono: true },
    { name: 'Asked by', value: command.requestedBy?.name ?? 'the system' },
    { name: 'Reason', value: command.reason, missing: 'none was given' },
    { name: 'Asked', value: at(command.createdAt, '') },
    { name: 'Deliver by', value: at(command.deliverBy, '') },
    { name: 'Sent', value: at(command.sentAt, 'not sent') },
    { name: 'Received', value: at(command.receivedAt, 'the device did not confirm it') },
    { name: 'Started', value: at(command.startedAt, 'it did not start') },
    { name: 'Ended', value: at(command.endedAt, 'it has not ended') },
    { name: 'What was asked', value: JSON.stringify(command.payload), mono: true },
    { name: 'Id', value: command.id, mono: true },
  ];
}
