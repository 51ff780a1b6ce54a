import { Modal, type ModalProps } from '@mantine/core';
import { type RefObject, useEffect, useState } from 'react';

type DialogProps = ModalProps & {
  /** Where whoever opened it goes on, if what had the focus then is gone by now. */
  readonly backTo?: RefObject<HTMLElement | null>;
};

/** A dialog that is there while it is drawn; whoever opened it by the keyboard goes on from there when it closes. */
export function Dialog({ backTo, ...props }: DialogProps) {
  useFocusBack(backTo);
  return <Modal {...props} />;
}

/** Gives the focus back to whatever had it before this was drawn. The library does so only for what stays drawn. */
export function useFocusBack(backTo?: RefObject<HTMLElement | null>): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      window.setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        const to = before?.isConnected && before !== document.body ? before : backTo?.current;
        if (isLost && to instanceof HTMLElement) to.focus({ preventScroll: true });
      });
    },
    [before, backTo],
  );
}
