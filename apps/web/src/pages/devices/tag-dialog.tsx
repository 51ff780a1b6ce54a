import { TagsInput, Text } from '@mantine/core';
import type { DeviceRow } from '@muster/contracts';
import { useState } from 'react';
import { countToType } from '../../actions/count-to-type.ts';
import { FormDialog } from '../../actions/form-dialog.tsx';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { tagProblem, toTags } from '../enrolment/token-input.ts';

/** As many as one request takes, all of them or none. */
const MOST = 500;

type TagDialogProps = {
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** Sets tags of the selected devices by hand, and takes some away; other tags stay. */
export default function TagDialog({ devices, onClose, onDone }: TagDialogProps) {
  const [set, setSet] = useState<readonly string[]>([]);
  const [remove, setRemove] = useState<readonly string[]>([]);
  const count = devices.length;
  const wrong = set.map(tagProblem).find((problem) => problem !== undefined);
  const keys = [...new Set(devices.flatMap(({ tags }) => Object.keys(tags)))].sort();
  const isReady = !wrong && set.length + remove.length > 0 && count <= MOST;
  const tag = useAction({
    run: () =>
      api.devices.tag({ deviceIds: devices.map(({ id }) => id), set: toTags(set), remove: [...remove] }),
    said: ({ changed }) => ({ title: `Tags of ${changed} of ${countOf(count)} are changed` }),
    failed: () => `Could not change the tags of ${countOf(count)}`,
    after: async (done) => {
      await queryClient.invalidateQueries({ queryKey: [['devices']] });
      if (done) onDone();
    },
  });
  const words = [...set, ...remove.map((key) => `${key}=`)];
  const query = `id in (${devices.map(({ id }) => id).join(', ')})`;
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={() => tag.mutate()}
      title={`Tags of ${countOf(count)}`}
      verb="Change tags"
      leave="Keep as it is"
      isReady={isReady}
      isBusy={tag.isPending}
      typed={count <= MOST ? countToType(count) : undefined}
      command={isReady ? musterLine('tags set', words, { query }) : undefined}
    >
      {count > MOST && <Text size="sm">At most {MOST} devices at a time; select fewer.</Text>}
      <TagsInput
        label="Set"
        description="key=value, ended by Enter; others stay as they are"
        data-autofocus
        value={[...set]}
        onChange={setSet}
        error={wrong}
      />
      <TagsInput
        label="Take away"
        description="By key. A tag that a group carries shows again, and stays until the device leaves"
        data={keys}
        value={[...remove]}
        onChange={setRemove}
      />
    </FormDialog>
  );
}

function countOf(devices: number): string {
  return `${devices.toLocaleString()} ${devices === 1 ? 'device' : 'devices'}`;
}
