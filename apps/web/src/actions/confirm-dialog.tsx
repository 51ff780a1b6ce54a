import type { ReactNode } from 'react';
import { FormDialog } from './form-dialog.tsx';

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
export function ConfirmDialog({ onConfirm, children, ...dialog }: ConfirmDialogProps) {
  return (
    <FormDialog {...dialog} onSubmit={onConfirm} leave="Keep as it is">
      <div>{children}</div>
    </FormDialog>
  );
}
