import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useAction } from './use-action.ts';

type RemoveDialogProps = {
  /** What it is, where its name alone does not tell: "site". */
  readonly noun?: string;
  readonly name: string;
  /** What must be typed first; its name when left out, null for nothing. */
  readonly typed?: string | null;
  readonly remove: () => Promise<unknown>;
  /** Done when it ended, either way: reading anew what may have changed. */
  readonly after: (isRemoved: boolean) => unknown;
  /** What goes with it, and when it is refused. */
  readonly children: ReactNode;
  /** Said once it is gone. */
  readonly farewell?: string;
  /** The `muster` line that does the same. */
  readonly command: string;
  readonly onClose: () => void;
};

/** Asks before something is removed, removes it, and says how that ended. */
export function RemoveDialog(props: RemoveDialogProps) {
  const { noun, name, typed = name, remove, after, children, farewell, command, onClose } = props;
  const what = noun ? `${noun} ${name}` : name;
  const action = useAction({
    run: () => remove().then(() => true),
    said: () => ({
      title: `${noun ? capital(what) : what} is removed`,
      ...(farewell ? { text: farewell } : {}),
    }),
    failed: () => `Could not remove ${what}`,
    after: async (isRemoved = false) => {
      onClose();
      await after(isRemoved);
    },
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      onConfirm={() => action.mutate()}
      title={`Remove ${what}`}
      verb="Remove"
      isDangerous
      typed={typed ?? undefined}
      isBusy={action.isPending}
      command={command}
    >
      <Text size="sm">{children}</Text>
    </ConfirmDialog>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
