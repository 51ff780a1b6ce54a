import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Arrivals } from './arrivals.tsx';
import { ListenForm, reachableHosts } from './listen-form.tsx';
import { SiteChoice, useSiteChoice } from './site-choice.tsx';
import { DEFAULT_OPTIONS, tokenCommand, toTokenInput } from './token-input.ts';
import { TokenOptions } from './token-options.tsx';

const InstallLines = lazy(() => import('./install-lines.tsx'));

/** The card that leads to the next machine: a line to paste on it, and the row that lights up when it arrives. */
export function AddDevice({ title }: { title: string }) {
  const status = useQuery(queries.system.status.queryOptions({ refetchInterval: 10_000 }));
  const [chosen, setOptions] = useState(DEFAULT_OPTIONS);
  const { choices, byScope } = useSiteChoice();
  const options = { ...chosen, siteId: chosen.siteId ?? byScope };
  const isPlaced = choices.length === 0 || options.siteId !== undefined;
  const hosts = reachableHosts(status.data?.consoleAddresses ?? []);
  const address = options.address ?? hosts[0];
  const create = useAction({
    run: () => api.tokens.create(toTokenInput(options, address)),
    // The line itself is what there is to say.
    said: () => null,
    failed: () => 'Could not make an installer line',
    after: () => queryClient.invalidateQueries({ queryKey: [['tokens']] }),
  });
  return (
    <Panel title={title}>
      <Stack gap="md">
        {status.isError && <Failed error={status.error} onRetry={() => void status.refetch()} />}
        <Text size="sm" c="dimmed">
          One line, pasted on the new machine, installs the agent and enrols it.
        </Text>
        {status.data && hosts.length === 0 && <ListenForm />}
        {create.data ? (
          <Suspense>
            <InstallLines created={create.data} builds={status.data?.agentBuilds ?? []} />
          </Suspense>
        ) : (
          <>
            {choices.length > 0 && (
              <SiteChoice
                choices={choices}
                value={options.siteId}
                onChange={(siteId) => setOptions({ ...chosen, siteId })}
              />
            )}
            <TokenOptions options={options} onChange={setOptions} hosts={hosts} />
          </>
        )}
        <Group gap="sm">
          <Button
            variant={create.data ? 'default' : 'filled'}
            onClick={() => (create.data ? create.reset() : create.mutate())}
            loading={create.isPending}
            disabled={!isPlaced}
          >
            {create.data ? 'Make another line' : 'Make installer line'}
          </Button>
          {!create.data && isPlaced && <CopyCommand line={tokenCommand(options, address)} />}
        </Group>
        <Arrivals />
      </Stack>
    </Panel>
  );
}
