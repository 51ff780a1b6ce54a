import { Code, Group, Stack, Text } from '@mantine/core';
import type { AuditRow, CommandId, DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import pageClasses from '../page.module.css';
import { describeAction, placeText, targetText, whoText } from './audit-words.ts';
import { Changes } from './changes.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { Proof } from './proof.tsx';

const route = getRouteApi('/console/audit/$log/$index');

type Content = NonNullable<AuditRow['content']>;

/** One row of the audit log: everything that it says, and the proof that it is there. */
export function AuditRowPage() {
  const { log, index } = route.useParams();
  const read = useQuery(queries.audit.get.queryOptions({ input: { log, index: Number(index) } }));
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const row = read.data;
  const { content } = row;
  return (
    <div className={pageClasses.page}>
      <PageLink to="/audit">Audit log</PageLink>
      <Stack gap={4}>
        <PageTitle>{content ? describeAction(content.action) : 'This row was erased'}</PageTitle>
        <OutcomeMark row={row} />
      </Stack>
      {content && (
        <>
          <Panel title="Record">
            <Facts facts={factsOf(row, content)} />
          </Panel>
          <Panel title="What changed">
            <Changes before={content.before} after={content.after} />
          </Panel>
        </>
      )}
      <Panel title="Proof">
        <Proof row={row} />
      </Panel>
    </div>
  );
}

function factsOf(row: AuditRow, content: Content): Fact[] {
  const { who, target } = content;
  const via = who.via && `${who.via.kind.replaceAll('_', ' ')} ${who.via.id}`;
  return [
    {
      name: 'Action',
      value: <FilterLink search={{ action: content.action }} text={content.action} />,
      mono: true,
    },
    {
      name: 'Who',
      value: (
        <Group gap={6}>
          <span>{whoText(content)}</span>
          <Text span size="xs" c="dimmed">
            {who.kind}
          </Text>
          {who.id !== null && <FilterLink search={{ who: who.id }} text="all they did" />}
        </Group>
      ),
    },
    { name: 'On behalf of', value: via, missing: 'of nothing but themselves', mono: true },
    {
      name: 'Of what',
      value: (
        <Group gap={6}>
          <TargetLink content={content} />
          {target.id !== null && <FilterLink search={{ target: target.id }} text="its history" />}
        </Group>
      ),
    },
    { name: 'When', value: <When at={content.at} /> },
    { name: 'Exactly', value: content.at, mono: true },
    { name: 'From', value: content.address, missing: 'it did not come over the network', mono: true },
    {
      name: 'Why refused',
      value: content.code && <Code>{content.code}</Code>,
      missing: 'it was not refused',
    },
    { name: 'How often', value: content.count === 1 ? 'once' : `${content.count} times` },
    { name: 'Row', value: placeText(row), mono: true },
    { name: 'Id', value: content.id, mono: true },
  ];
}

function FilterLink({ search, text }: { search: Record<string, string>; text: string }) {
  return (
    <PageLink to="/audit" search={search} size="xs">
      {text}
    </PageLink>
  );
}

/** Leads to what it was done to, where that has a page. */
function TargetLink({ content }: { content: Content }) {
  const { kind, id } = content.target;
  const text = targetText(content);
  if (id !== null && kind === 'device')
    return (
      <PageLink to="/devices/$deviceId" params={{ deviceId: id as DeviceId }} size="sm">
        {text}
      </PageLink>
    );
  if (id !== null && kind === 'command')
    return (
      <PageLink to="/commands/$commandId" params={{ commandId: id as CommandId }} size="sm">
        {text}
      </PageLink>
    );
  return <span>{text}</span>;
}
