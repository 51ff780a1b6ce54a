import { Button, Table, Text } from '@mantine/core';
import type { EnrolmentToken } from '@muster/contracts';
import {
  IconCircleCheckFilled,
  IconCircleFilled,
  IconClockFilled,
  IconLockFilled,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmDialog } from '../../actions/confirm-dialog.tsx';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { ShowMore } from '../../list/show-more.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import { When } from '../../parts/when.tsx';

const LOOKS = {
  active: { word: 'Active', tone: 'good', Shape: IconCircleFilled },
  used_up: { word: 'Used up', tone: 'quiet', Shape: IconCircleCheckFilled },
  expired: { word: 'Expired', tone: 'quiet', Shape: IconClockFilled },
  revoked: { word: 'Revoked', tone: 'bad', Shape: IconLockFilled },
} as const;

const HEAD = ['State', 'Site', 'What it is for', 'Uses', 'Tags', 'Approval', 'Expires', 'Made by', ''];

/** The tokens there are; never their secrets. */
export function TokenTable() {
  const tokens = useInfiniteQuery(
    queries.tokens.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: 100, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  );
  const mayRevoke = useMay('tokens:manage');
  const [asked, setAsked] = useState<EnrolmentToken>();
  if (tokens.isPending) return <Loading lines={3} />;
  if (tokens.isError) return <Failed error={tokens.error} onRetry={() => void tokens.refetch()} />;
  const rows = tokens.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty title="No tokens" text="An installer line makes one." />;
  return (
    <>
      <ScrollTable label="Enrolment tokens" head={HEAD}>
        {rows.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={mayRevoke ? setAsked : undefined} />
        ))}
      </ScrollTable>
      <ShowMore of={tokens} />
      {asked && <RevokeDialog token={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

type TokenRowProps = {
  readonly token: EnrolmentToken;
  readonly onRevoke: ((token: EnrolmentToken) => void) | undefined;
};

function TokenRow({ token, onRevoke }: TokenRowProps) {
  const whose = useOrganisationNames()?.get(token.orgId);
  const tags = Object.entries(token.tags).map(([key, value]) => `${key}=${value}`);
  return (
    <Table.Tr>
      <Table.Td>
        <StateMark look={LOOKS[token.state]} />
      </Table.Td>
      <Table.Td>{whose ? `${whose} › ${token.siteName}` : token.siteName}</Table.Td>
      <Table.Td>{token.description || <Missing because="nothing was said" />}</Table.Td>
      <Table.Td>
        {token.uses} of {token.usesAllowed ?? 'any'}
      </Table.Td>
      <Table.Td>{tags.join(' ') || <Missing because="it gives none" />}</Table.Td>
      <Table.Td>{token.needsApproval ? 'needed' : 'not needed'}</Table.Td>
      <Table.Td>
        <When at={token.expiresAt} />
      </Table.Td>
      <Table.Td>{token.createdBy ?? 'the system'}</Table.Td>
      <Table.Td>
        {onRevoke && token.state === 'active' && (
          <Button size="compact-xs" variant="default" onClick={() => onRevoke(token)}>
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeDialog({ token, onClose }: { token: EnrolmentToken; onClose: () => void }) {
  const revoke = useAction({
    run: () => api.tokens.revoke({ tokenId: token.id }),
    said: () => ({ title: 'The token is revoked', text: 'Machines that it enrolled stay.' }),
    failed: () => 'Could not revoke the token',
    after: () => {
      void queryClient.invalidateQueries({ queryKey: [['tokens']] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      title="Revoke the token"
      verb="Revoke"
      isDangerous
      isBusy={revoke.isPending}
      command={`muster tokens revoke ${token.id}`}
    >
      <Text size="sm">Its installer line enrols nobody any more. Machines that it enrolled stay.</Text>
    </ConfirmDialog>
  );
}
