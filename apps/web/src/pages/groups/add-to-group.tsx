import { Select, Text } from '@mantine/core';
import type { DeviceRow } from '@muster/contracts';
import { useState } from 'react';
import { countToType } from '../../actions/count-to-type.ts';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { readGroupsAnew } from './read-groups-anew.ts';
import { useGroups } from './use-groups.ts';

type AddToGroupProps = {
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** As many as one request takes. */
const AT_ONCE = 1_000;

/** Puts the selected devices into a static group. */
export default function AddToGroup({ devices, onClose, onDone }: AddToGroupProps) {
  const read = useGroups();
  const [chosen, setChosen] = useState<string | null>(null);
  const group = read.data?.items.find(({ id }) => id === chosen);
  const offered = (read.data?.items ?? []).filter(({ kind }) => kind === 'static');
  const fitting = group ? devices.filter(({ orgId }) => orgId === group.orgId) : devices;
  const add = useAction({
    run: async () => {
      const ids = fitting.map(({ id }) => id);
      for (let from = 0; group && from < ids.length; from += AT_ONCE)
        await api.groups.add({ groupId: group.id, deviceIds: ids.slice(from, from + AT_ONCE) });
      return true;
    },
    said: () => ({
      title: `${countOf(fitting.length)} in ${group?.name}`,
      record: group && (
        <PageLink to="/groups/$groupId" params={{ groupId: group.id }}>
          Open the group
        </PageLink>
      ),
    }),
    failed: () => `Could not add ${countOf(fitting.length)} to ${group?.name}`,
    after: async (done) => {
      await readGroupsAnew();
      if (done) onDone();
    },
  });
  const names = fitting.map(nameOf);
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => add.mutate()}
      title={`Add ${countOf(devices.length)} to a group`}
      verb={`Add ${countOf(fitting.length)}`}
      isReady={group !== undefined && fitting.length > 0}
      isBusy={add.isPending}
      typed={countToType(fitting.length)}
      command={group && musterLine('groups add', [group.name, ...names])}
    >
      {read.isPending && <Loading lines={2} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && offered.length === 0 ? (
        <Text size="sm">
          There is no static group yet. <PageLink to="/groups">Add one first</PageLink>.
        </Text>
      ) : (
        <Select
          label="Static group"
          searchable
          data-autofocus
          nothingFoundMessage="No static group is called that"
          data={offered.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
        />
      )}
      {fitting.length < devices.length && (
        <Text size="sm">
          {countOf(devices.length - fitting.length)} of another organisation than the group stay out.
        </Text>
      )}
    </FormDialog>
  );
}

function countOf(devices: number): string {
  return `${devices.toLocaleString()} ${devices === 1 ? 'device' : 'devices'}`;
}
