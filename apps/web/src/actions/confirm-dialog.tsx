import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CopyCommand } from '../parts/copy-line.tsx';

export type ConfirmDialogProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  /** What it does, to what, and whether it can be undone. */
  readonly children: ReactNode;
  /** The word on the button: the deed, never "OK". */
  readonly verb: string;
  readonly isDangerous?: boolean;
  /** What must be typed first: a name, or how many. */
  readonly typed?: string | undefined;
  readonly isBusy?: boolean;
  /** The `muster` line that does the same. */
  readonly command?: string | undefined;
};

/** Asks before something that cannot be undone, or that hits many. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({
  onClose,
  onConfirm,
  children,
  verb,
  isDangerous,
  typed,
  isBusy,
  command,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const isReady = typed === undefined || text.trim() === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onConfirm();
      }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={
              <Text span size="sm">
                Type <b>{typed}</b> to go on
              </Text>
            }
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <Group justify="space-between">
          {command ? <CopyCommand line={command} /> : <span />}
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button
              type="submit"
              color={isDangerous ? 'red' : 'indigo'}
              disabled={!isReady}
              loading={isBusy ?? false}
            >
              {verb}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
