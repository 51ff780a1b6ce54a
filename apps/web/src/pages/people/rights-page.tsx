import { Group, Table, Text } from '@mantine/core';
import type { Grant, User } from '@muster/contracts';
import { IconCircleCheckFilled, IconMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { DevicePicker } from '../../parts/device-picker.tsx';
import { Missing } from '../../parts/missing.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import pageClasses from '../page.module.css';
import { useGrantText } from './grant-text.ts';

const route = getRouteApi('/console/rights');

const MAY = { word: 'May', tone: 'good', Shape: IconCircleCheckFilled } as const;
const MAY_NOT = { word: 'May not', tone: 'quiet', Shape: IconMinus } as const;

/** What a person may do, and which grants are the reason; about one device where one is named. */
export function RightsPage() {
  const { user, device } = route.useSearch();
  const navigate = route.useNavigate();
  const read = useQuery(
    queries.access.explain.queryOptions({
      input: { userId: user as User['id'] | undefined, deviceId: device as never },
      placeholderData: (before) => before,
    }),
  );
  const isMe = read.data?.userId === useMe()?.id;
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const { name, rights } = read.data;
  const count = rights.filter(({ allowed }) => allowed).length;
  return (
    <div className={pageClasses.page}>
      <div>
        {user && (
          <PageLink to="/people/$userId" params={{ userId: user }}>
            {name}
          </PageLink>
        )}
        <Group gap={8}>
          <PageTitle>{isMe ? 'What you may do' : `What ${name} may do`}</PageTitle>
          <CopyCommand
            line={`muster users explain${user ? ` ${user}` : ''}${device ? ` --device ${device}` : ''}`}
          />
        </Group>
        <Text size="sm" c="dimmed">
          {count} of {rights.length} permissions{device ? ' on this device' : ', somewhere or everywhere'},
          and the grants that are the reason.
        </Text>
      </div>
      <Group maw={360}>
        <DevicePicker
          label="On one device"
          description="Empty: anywhere"
          value={read.data.deviceId}
          onChange={(id) =>
            void navigate({ search: (before) => ({ ...before, device: id ?? undefined }), replace: true })
          }
        />
      </Group>
      <Panel title="Permissions">
        <ScrollTable label="Permissions" head={['May', 'Permission', 'What it allows', 'Because']}>
          {rights.map(({ permission, describe, allowed, because }) => (
            <Table.Tr key={permission}>
              <Table.Td>
                <StateMark look={allowed ? MAY : MAY_NOT} />
              </Table.Td>
              <Table.Td>
                <code>{permission}</code>
              </Table.Td>
              <Table.Td>{describe}</Table.Td>
              <Table.Td>
                <Because grants={because} />
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      </Panel>
    </div>
  );
}

function Because({ grants }: { grants: readonly Grant[] }) {
  const grantText = useGrantText();
  if (grants.length === 0) return <Missing because="no grant allows it" />;
  return grants.map(grantText).join('; ');
}
