import { Button, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { Device, Site, SiteId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { nameOf } from '../../../actions/lifecycle-actions.ts';
import { deviceRecord } from '../../../actions/records.tsx';
import { useAction } from '../../../actions/use-action.ts';
import { type Draft, useDraft } from '../../../actions/use-draft.ts';
import { api, queries } from '../../../api/client.ts';
import { queryClient } from '../../../api/query-client.ts';
import { useMay } from '../../../api/session.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { tagProblem, toTags } from '../../enrolment/token-input.ts';
import { keepDevice, rereadDevice } from '../use-device.ts';
import { type DeviceDraft, deviceDraftOf, deviceLines } from './device-lines.ts';

/** Name, tags and site: what people say about a device. */
export function NamePanel({ device }: { device: Device }) {
  const may = useMay('devices:manage');
  const own = deviceDraftOf(device);
  const form = useDraft(own);
  const { draft, changed, clashing } = form;
  const sites = useQuery(queries.system.sites.queryOptions()).data?.items ?? [];
  const line = deviceLines(device, draft);
  const wrong = draft.tags.map(tagProblem).find((problem) => problem !== undefined);
  const isReady = wrong === undefined && changed.length > 0;
  const save = useSave(device, form);
  const words = (of: DeviceDraft) => pick(clashing, of, sites);
  return (
    <Panel title="Name, tags and site">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) save.mutate();
        }}
      >
        <Stack gap="sm" maw={520}>
          {clashing.length > 0 && !save.isPending && (
            <ChangedMeanwhile before={words(form.began)} now={words(own)} />
          )}
          <Fields device={device} draft={draft} wrong={wrong} sites={sites} onChange={form.change} />
          {may ? (
            <Group>
              <Button type="submit" size="xs" loading={save.isPending} disabled={!isReady}>
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

function useSave(device: Device, { draft, changed, forget }: Draft<DeviceDraft>) {
  return useAction({
    run: () =>
      api.devices.update(
        {
          deviceId: device.id,
          // What was not touched stays as somebody else may have left it.
          ...(changed.includes('name') ? { displayName: draft.name.trim() || null } : {}),
          ...(changed.includes('tags') ? { tags: toTags(draft.tags) } : {}),
          ...(changed.includes('siteId') ? { siteId: draft.siteId as SiteId } : {}),
        },
        { context: { ifMatch: device.etag } },
      ),
    said: (saved) => ({ title: `${nameOf(saved)} is saved`, record: deviceRecord(device.id) }),
    failed: () => `Could not save ${nameOf(device)}`,
    after: async (saved) => {
      if (saved) {
        keepDevice(saved);
        forget();
      } else await rereadDevice(device.id);
      await queryClient.invalidateQueries({ queryKey: queries.devices.list.key() });
    },
  });
}

type FieldsProps = {
  readonly device: Device;
  readonly draft: DeviceDraft;
  /** What is wrong with the tags. */
  readonly wrong: string | undefined;
  readonly sites: readonly Site[];
  readonly onChange: (part: Partial<DeviceDraft>) => void;
};

function Fields({ device, draft, wrong, sites, onChange }: FieldsProps) {
  const may = useMay('devices:manage');
  return (
    <>
      <TextInput
        label="Name"
        description="Shown in place of the host name; empty for the host name"
        placeholder={device.hostname}
        maxLength={255}
        disabled={!may}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TagsInput
        label="Tags"
        description="key=value, ended by Enter"
        disabled={!may}
        value={[...draft.tags]}
        onChange={(tags) => onChange({ tags })}
        error={wrong}
      />
      {sites.length > 1 && (
        <Select
          label="Site"
          disabled={!may}
          data={sites
            .filter(({ orgId }) => orgId === device.orgId)
            .map(({ id, name: label }) => ({ value: id, label }))}
          value={draft.siteId}
          onChange={(siteId) => onChange({ siteId: siteId ?? draft.siteId })}
        />
      )}
    </>
  );
}

/** The fields in question by the words that a person knows them by. */
function pick(fields: readonly (keyof DeviceDraft)[], of: DeviceDraft, sites: readonly Site[]) {
  const words = {
    name: ['Name', of.name],
    tags: ['Tags', of.tags.join(' ')],
    siteId: ['Site', sites.find(({ id }) => id === of.siteId)?.name ?? 'a site that you may not see'],
  };
  return Object.fromEntries(fields.map((field) => words[field] as [string, string]));
}
