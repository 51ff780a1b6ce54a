import { Button, Group, Stack, Text } from '@mantine/core';
import type { PasswordLink } from '@muster/contracts';
import { CopyLine } from '../../parts/copy-line.tsx';
import { formatAbsolute } from '../../parts/format.ts';

/** A single-use link, shown this once. */
export function PasswordLinkOnce(props: { link: PasswordLink; name: string; onClose: () => void }) {
  const { link, name, onClose } = props;
  return (
    <Stack gap="md">
      <Text size="sm">
        Send this link to {name}, and to nobody else: whoever opens it chooses the password. It works once,
        until {formatAbsolute(Date.parse(link.expiresAt))}, and is not shown again.
      </Text>
      <CopyLine line={new URL(link.path, window.location.origin).href} label="Copy the link" />
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
