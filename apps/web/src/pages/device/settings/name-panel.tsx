import { Button, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { Device, SiteId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../../actions/records.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { api, queries } from '../../../api/client.ts';
import { queryClient } from '../../../api/query-client.ts';
import { useMay } from '../../../api/session.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { tagProblem, toTags } from '../../enrolment/token-input.ts';
import { keepDevice, rereadDevice } from '../use-device.ts';
import { deviceLines } from './device-lines.ts';

/** Name, tags and site: what people say about a device. */
export function NamePanel({ device }: { device: Device }) {
  const may = useMay('devices:manage');
  const [name, setName] = useState(device.displayName ?? '');
  const [tags, setTags] = useState(Object.entries(device.tags).map(([key, value]) => `${key}=${value}`));
  const [siteId, setSiteId] = useState<string>(device.siteId);
  const sites = useQuery(queries.system.sites.queryOptions()).data?.items ?? [];
  const line = deviceLines(device, { name, tags, siteId });
  const wrong = tags.map(tagProblem).find((problem) => problem !== undefined);
  const save = useAction({
    run: () =>
      api.devices.update(
        {
          deviceId: device.id,
          displayName: name.trim() || null,
          tags: toTags(tags),
          siteId: siteId as SiteId,
        },
        { context: { ifMatch: device.etag } },
      ),
    said: (changed) => ({
      title: `${nameOf(changed)} is saved`,
      record: deviceRecord(device.id),
    }),
    failed: () => `Could not save ${nameOf(device)}`,
    after: async (changed) => {
      if (changed) keepDevice(changed);
      else await rereadDevice(device.id);
      await queryClient.invalidateQueries({ queryKey: queries.devices.list.key() });
    },
  });
  return (
    <Panel title="Name, tags and site">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong === undefined) save.mutate();
        }}
      >
        <Stack gap="sm" maw={520}>
          <TextInput
            label="Name"
            description="Shown in place of the host name; empty for the host name"
            placeholder={device.hostname}
            maxLength={255}
            disabled={!may}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TagsInput
            label="Tags"
            description="key=value, ended by Enter"
            disabled={!may}
            value={tags}
            onChange={setTags}
            error={wrong}
          />
          {sites.length > 1 && (
            <Select
              label="Site"
              disabled={!may}
              data={sites
                .filter(({ orgId }) => orgId === device.orgId)
                .map(({ id, name: label }) => ({ value: id, label }))}
              value={siteId}
              onChange={(value) => setSiteId(value ?? siteId)}
            />
          )}
          {may ? (
            <Group>
              <Button type="submit" size="xs" loading={save.isPending} disabled={wrong !== undefined}>
                Save
              </Button>
              {line && <CopyCommand line={line} />}
            </Group>
          ) : (
            <Text size="xs" c="dimmed">
              Changing this needs the permission devices:manage.
            </Text>
          )}
        </Stack>
      </form>
    </Panel>
  );
}
