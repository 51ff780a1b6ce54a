import { Button, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { DeviceRow } from '@muster/contracts';
import { useState } from 'react';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { tagProblem, toTags } from '../enrolment/token-input.ts';

/** As many as one request takes, all of them or none. */
const MOST = 500;
/** Above this many, the number must be typed. */
const MOST_UNTYPED = 25;

type TagDialogProps = {
  readonly devices: readonly DeviceRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** Sets tags of the selected devices by hand, and takes some away; other tags stay. */
export default function TagDialog({ devices, onClose, onDone }: TagDialogProps) {
  const [set, setSet] = useState<readonly string[]>([]);
  const [remove, setRemove] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState('');
  const count = devices.length;
  const wrong = set.map(tagProblem).find((problem) => problem !== undefined);
  const keys = [...new Set(devices.flatMap(({ tags }) => Object.keys(tags)))].sort();
  const isSure = count <= MOST_UNTYPED || typed.trim() === String(count);
  const isReady = !wrong && set.length + remove.length > 0 && count <= MOST && isSure;
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
    <Modal
      opened
      onClose={onClose}
      title={`Tags of ${countOf(count)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) tag.mutate();
        }}
      >
        <Stack gap="sm">
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
          {count > MOST_UNTYPED && count <= MOST && (
            <TextInput
              label={`Type ${count} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <Group justify="space-between">
            {isReady ? <CopyCommand line={musterLine('tags set', words, { query })} /> : <span />}
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>
                Keep as it is
              </Button>
              <Button type="submit" disabled={!isReady} loading={tag.isPending}>
                Change tags
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function countOf(devices: number): string {
  return `${devices.toLocaleString()} ${devices === 1 ? 'device' : 'devices'}`;
}
