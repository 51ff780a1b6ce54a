import { Button, Group, type ModalProps, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CopyCommand } from '../parts/copy-line.tsx';
import { Dialog } from './dialog.tsx';

type DialogFormProps = {
  readonly children: ReactNode;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** The word on the button: the deed, never "OK". Undefined: there is nothing to do but to look. */
  readonly verb: string | undefined;
  /** The word on the button that closes. */
  readonly leave?: string;
  /** Whether what was said so far can be submitted. */
  readonly isReady?: boolean;
  readonly isBusy?: boolean;
  readonly isDangerous?: boolean;
  /** What must be typed first: a name, or how many. */
  readonly typed?: string | undefined;
  /** The `muster` line that does the same. */
  readonly command?: string | undefined;
};

type FormDialogProps = DialogFormProps & {
  readonly title: string;
  readonly opened?: boolean;
  readonly size?: ModalProps['size'];
};

/** A form in a dialog of its own. */
export function FormDialog({ title, opened = true, size = 'md', ...form }: FormDialogProps) {
  return (
    <Dialog opened={opened} onClose={form.onClose} title={title} size={size}>
      <DialogForm {...form} />
    </Dialog>
  );
}

/** What is asked, and below it the command line that does the same, the way out and the deed. */
export function DialogForm(props: DialogFormProps) {
  const { children, onClose, onSubmit, verb, leave = 'Cancel', isReady = true, isBusy = false } = props;
  const { isDangerous = false, typed, command } = props;
  const [text, setText] = useState('');
  const isSure = isReady && (typed === undefined || text.trim() === typed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure && verb !== undefined) onSubmit();
      }}
    >
      <Stack gap="sm">
        {children}
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
        <Group justify="space-between" mt={4}>
          {command ? <CopyCommand line={command} /> : <span />}
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              {leave}
            </Button>
            {verb !== undefined && (
              <Button
                type="submit"
                color={isDangerous ? 'red' : 'indigo'}
                disabled={!isSure}
                loading={isBusy}
              >
                {verb}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
