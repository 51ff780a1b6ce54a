import { Button, Progress, Group as Row, Text } from '@mantine/core';
import type { Group, GroupTags } from '@muster/contracts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';
import { When } from '../../parts/when.tsx';

/** How far the last change of a group's tags has come with its devices, and how it ended. */
export function GroupTagChange({ group, carried }: { group: Group; carried: GroupTags }) {
  const { change } = carried;
  const mayManage = useMay('groups:manage');
  const takeBack = useAction({
    run: () =>
      api.tags.setOfGroup(
        { groupId: group.id, tags: change?.before ?? {} },
        { context: { ifMatch: carried.etag } },
      ),
    said: () => ({ title: `${group.name} carries what it did before` }),
    failed: () => `Could not take back the tags of ${group.name}`,
    after: () => queryClient.invalidateQueries({ queryKey: queries.tags.key() }),
  });
  if (!change) return null;
  const { devices, looked, changed, finishedAt, before } = change;
  if (finishedAt !== null)
    return (
      <Text size="xs" c="dimmed">
        At the last change {changed.toLocaleString()} of {devices.toLocaleString()} devices got other tags,{' '}
        <When at={finishedAt} />.
      </Text>
    );
  const said = `${looked.toLocaleString()} of ${devices.toLocaleString()} devices have been looked at`;
  return (
    <div role="status">
      <Progress value={devices === 0 ? 100 : (100 * looked) / devices} aria-label={said} />
      <Row justify="space-between" mt="xs">
        <Text size="xs">{said}. It goes on while you are away.</Text>
        {mayManage && before && (
          <Button
            size="compact-xs"
            variant="default"
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate()}
          >
            Take back
          </Button>
        )}
      </Row>
    </div>
  );
}
