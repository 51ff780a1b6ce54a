import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CopyLine } from '../../parts/copy-line.tsx';
import { saveFile } from '../../parts/save-file.ts';

/** The key that vouches for the keys which sign commands and updates. The server does not keep it. */
export function RootKey({ rootKey }: { rootKey: string | null }) {
  const navigate = useNavigate();
  const [isStored, setStored] = useState(rootKey === null);
  const enter = () => void navigate({ to: '/devices' });
  if (rootKey === null) {
    return (
      <Stack gap="md">
        <Alert color="yellow">
          The root key was taken earlier, or lies in a file beside the data; the server’s log says where.
        </Alert>
        <Button onClick={enter}>Open the console</Button>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        This key vouches for the keys that sign commands and agent updates. You need it to move the server to
        another address or to replace those keys. It is shown now and never again: keep it away from this
        server, in a password safe or on paper.
      </Text>
      <CopyLine line={rootKey} label="Copy the root key" />
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => saveFile('muster-root-key.txt', 'text/plain', `${rootKey}\n`)}
        >
          Download
        </Button>
      </Group>
      <Checkbox
        label="I stored it where this server cannot reach it"
        checked={isStored}
        onChange={(event) => setStored(event.currentTarget.checked)}
      />
      <Button onClick={enter} disabled={!isStored}>
        Open the console
      </Button>
    </Stack>
  );
}
