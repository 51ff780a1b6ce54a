import { Button, Group as Row, Stack, TagsInput, Text } from '@mantine/core';
import type { Group, GroupTags } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import { tagProblem, toTags } from '../enrolment/token-input.ts';
import { GroupTagChange } from './group-tag-change.tsx';
import { readGroupsAnew } from './read-groups-anew.ts';

/** While devices are being given tags. */
const SOON_MS = 700;

/** The tags that the members of a smart group get when they enter, and lose when they leave. */
export function GroupTagsPanel({ group }: { group: Group }) {
  const read = useQuery(
    queries.tags.ofGroup.queryOptions({
      input: { groupId: group.id },
      refetchInterval: ({ state }) => (state.data?.change?.finishedAt === null ? SOON_MS : false),
    }),
  );
  return (
    <Panel title="Tags that it carries">
      {read.isPending && <Loading lines={2} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && <TagsForm group={group} carried={read.data} />}
      {read.data && <GroupTagChange group={group} carried={read.data} />}
    </Panel>
  );
}

function TagsForm({ group: { id: groupId, name }, carried }: { group: Group; carried: GroupTags }) {
  const may = useMay('groups:manage');
  const before = Object.entries(carried.tags).map(([key, value]) => `${key}=${value}`);
  /** Undefined until the person touches it: what the server says. */
  const [typed, setTyped] = useState<readonly string[]>();
  const tags = typed ?? before;
  const wrong = tags.map(tagProblem).find((problem) => problem !== undefined);
  const gone = Object.keys(carried.tags).filter((key) => !(key in toTags(tags)));
  const words = [...tags.filter((tag) => !before.includes(tag)), ...gone.map((key) => `${key}=`)];
  const save = useAction({
    run: () => api.tags.setOfGroup({ groupId, tags: toTags(tags) }, { context: { ifMatch: carried.etag } }),
    said: () => ({ title: `The tags of ${name} are saved` }),
    failed: () => `Could not save the tags of ${name}`,
    after: async (saved) => {
      await readGroupsAnew();
      if (saved) setTyped(undefined);
    },
  });
  const isReady = wrong === undefined && words.length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save.mutate();
      }}
    >
      <Stack gap="sm" maw={640}>
        <TagsInput
          label="Tags"
          description="key=value, ended by Enter. Devices get them when they enter and lose them when they leave; one set by hand wins."
          disabled={!may}
          value={[...tags]}
          onChange={setTyped}
          error={wrong}
        />
        {may ? (
          <Row>
            <Button type="submit" size="xs" loading={save.isPending} disabled={!isReady}>
              Save tags
            </Button>
            {isReady && <CopyCommand line={musterLine('tags group', [name, ...words])} />}
          </Row>
        ) : (
          <Text size="xs" c="dimmed">
            Changing this needs the permission groups:manage.
          </Text>
        )}
      </Stack>
    </form>
  );
}
