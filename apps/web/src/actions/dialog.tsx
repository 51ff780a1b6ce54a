import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A dialog that is there while it is drawn; whoever opened it by the keyboard goes on from there when it closes. */
export function Dialog(props: ModalProps) {
  useFocusBack();
  return <Modal {...props} />;
}

/** Gives the focus back to whatever had it before this was drawn. The library does so only for what stays drawn. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      window.setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}
