import { Badge, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import type { Approval } from '@muster/contracts';
import { useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMe } from '../../api/session.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { isWhole, sendRequest } from './send-request.ts';

const readAnew = () => queryClient.invalidateQueries({ queryKey: queries.approvals.key() });

/** One request: exactly what would be done, by whom, and what can be decided about it. */
export function ApprovalPanel({ approval }: { approval: Approval }) {
  const { request, requestedBy, key, devices, decidedBy } = approval;
  return (
    <Panel
      title={`${request.endpoint}, asked by ${requestedBy.name}`}
      aside={
        <Badge variant="default" size="sm">
          {approval.state}
        </Badge>
      }
    >
      <Stack gap="sm">
        <Facts
          facts={[
            { name: 'Needs', value: approval.permission, mono: true },
            { name: 'By key', value: key, missing: 'asked in a session' },
            {
              name: 'Devices',
              value: devices.map(({ name }) => name).join(', '),
              missing: 'it names no device',
            },
            { name: 'Asked', value: <When at={approval.createdAt} /> },
            { name: 'Expires', value: <When at={approval.expiresAt} /> },
            { name: 'Decided by', value: decidedBy?.name ?? null, missing: 'nobody has decided' },
            { name: 'Why', value: approval.reason, missing: 'no reason was given' },
          ]}
        />
        <Text size="sm">Exactly this will be sent:</Text>
        <Code block>{`${request.method} ${request.path}\n${JSON.stringify(request.input, null, 2)}`}</Code>
        <Deciding approval={approval} />
        <Own approval={approval} />
      </Stack>
    </Panel>
  );
}

function Deciding({ approval }: { approval: Approval }) {
  const [reason, setReason] = useState('');
  const who = approval.requestedBy.name;
  const approve = useAction({
    run: () => api.approvals.approve({ approvalId: approval.id, reason }),
    said: () => ({ title: `${who} may do it once now` }),
    failed: () => 'Could not approve the request',
    after: readAnew,
  });
  const deny = useAction({
    run: () => api.approvals.deny({ approvalId: approval.id, reason }),
    said: () => ({ title: `The request of ${who} is denied` }),
    failed: () => 'Could not deny the request',
    after: readAnew,
  });
  if (!approval.decidable) return null;
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        label="Why (kept in the audit log)"
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button size="sm" loading={approve.isPending} onClick={() => approve.mutate()}>
        Approve
      </Button>
      <Button size="sm" variant="default" loading={deny.isPending} onClick={() => deny.mutate()}>
        Deny
      </Button>
      <CopyCommand line={`muster approvals approve ${approval.id}`} />
    </Group>
  );
}

function Own({ approval }: { approval: Approval }) {
  const me = useMe();
  const withdraw = useAction({
    run: () => api.approvals.withdraw({ approvalId: approval.id }),
    said: () => ({ title: 'The request is taken back' }),
    failed: () => 'Could not take the request back',
    after: readAnew,
  });
  const send = useAction({
    run: () => sendRequest(approval),
    said: () => ({ title: 'It is done' }),
    failed: () => 'Could not do it',
    after: readAnew,
  });
  const isOpen = approval.state === 'pending' || approval.state === 'approved';
  if (me?.id !== approval.requestedBy.id || !isOpen) return null;
  return (
    <Group gap="xs">
      {approval.state === 'approved' && isWhole(approval) && (
        <Button size="sm" loading={send.isPending} onClick={() => send.mutate()}>
          Do it now
        </Button>
      )}
      <Button size="sm" variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
        Take it back
      </Button>
      <CopyCommand line={`muster approvals withdraw ${approval.id}`} />
    </Group>
  );
}
