import { Badge, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import type { EnrolmentToken } from '@muster/contracts';
import { IconBrandApple, IconBrandWindows, IconServer } from '@tabler/icons-react';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyLine } from '../../parts/copy-line.tsx';
import { When } from '../../parts/when.tsx';

type Created = {
  readonly token: EnrolmentToken;
  readonly install: readonly { readonly system: string; readonly line: string }[];
};
type Build = { readonly platform: string; readonly state: string; readonly detail: string | null };

const SYSTEMS = [
  { system: 'linux', label: 'Linux', Icon: IconServer, platforms: ['linux-amd64', 'linux-arm64'] },
  { system: 'windows', label: 'Windows', Icon: IconBrandWindows, platforms: ['windows-amd64'] },
  { system: 'darwin', label: 'macOS', Icon: IconBrandApple, platforms: ['darwin-arm64', 'darwin-amd64'] },
] as const;

const WHERE: Readonly<Record<string, string>> = {
  linux: 'Paste into a shell on the new machine; it asks for sudo.',
  windows: 'Paste into a PowerShell that was started as administrator.',
  darwin: 'Paste into a terminal on the new machine; it asks for sudo.',
};

/** The line for each system. The secret in it is shown this once. */
export default function InstallLines({ created, builds }: { created: Created; builds: readonly Build[] }) {
  const { token, install } = created;
  return (
    <Stack gap="sm">
      <Tabs defaultValue="linux" keepMounted={false}>
        <Tabs.List aria-label="System of the new machine">
          {SYSTEMS.map(({ system, label, Icon }) => (
            <Tabs.Tab key={system} value={system} leftSection={<Icon size={15} aria-hidden />}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SYSTEMS.map(({ system, label, platforms }) => (
          <Tabs.Panel key={system} value={system} pt="sm">
            <Stack gap={6}>
              <Text size="sm" c="dimmed">
                {WHERE[system]}
              </Text>
              <CopyLine
                line={install.find((one) => one.system === system)?.line ?? ''}
                label={`Copy the line for ${label}`}
              />
              <Builds platforms={platforms} builds={builds} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="xs" c="dimmed">
        Good for {token.usesAllowed === null ? 'any number of machines' : `${token.usesAllowed} machine(s)`},
        expires <When at={token.expiresAt} />. The token in it is not shown again.
      </Text>
    </Stack>
  );
}

type Platform = (typeof SYSTEMS)[number]['platforms'][number];

/** Whether the server has the agent for these platforms, and how to make it. */
function Builds({ platforms, builds }: { platforms: readonly Platform[]; builds: readonly Build[] }) {
  const prepare = useAction<Platform, { platform: string; state: string }>({
    run: (platform) => api.system.prepareAgentBuild({ platform }),
    said: ({ platform, state }) => ({ title: `The agent for ${platform} is ${state}`, tone: 'plain' }),
    failed: (platform) => `Could not make the agent for ${platform}`,
    after: () => queryClient.invalidateQueries({ queryKey: [['system']] }),
  });
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        Agent builds on this server:
      </Text>
      {platforms.map((platform) => {
        const build = builds.find((one) => one.platform === platform);
        const state = build?.state ?? 'absent';
        const isMissing = state === 'absent' || state === 'failed';
        return (
          <Group key={platform} gap={6}>
            <Badge variant="default" size="sm" tt="none" title={build?.detail ?? undefined}>
              {platform}: {state}
            </Badge>
            {isMissing && (
              <Button size="compact-xs" variant="subtle" onClick={() => prepare.mutate(platform)}>
                Make it
              </Button>
            )}
          </Group>
        );
      })}
    </Group>
  );
}
