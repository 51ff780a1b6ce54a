import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toFailure } from '../api/problem.ts';

/** How something ended: in a few words, in a sentence, and where its record is. */
export type Said = {
  readonly title: string;
  readonly text?: string;
  readonly record?: ReactNode;
  readonly tone?: 'good' | 'bad' | 'plain';
};

const LOOKS = {
  good: { color: 'green', icon: <IconCheck size={18} aria-hidden />, autoClose: 7_000 },
  bad: { color: 'red', icon: <IconAlertCircle size={18} aria-hidden />, autoClose: false },
  plain: { color: 'indigo', icon: <IconInfoCircle size={18} aria-hidden />, autoClose: 7_000 },
} as const;

/** Tells it wherever the person is by now. Failures stay until they are put away. */
export function notify({ title, text, record, tone = 'good' }: Said): void {
  notifications.show({
    ...LOOKS[tone],
    title,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <>
        {text && <Text size="sm">{text}</Text>}
        {record}
      </>
    ),
  });
}

/** Tells that an action failed, with the server's own reason and code. */
export function notifyFailure(title: string, error: unknown): void {
  const { text, code } = toFailure(error);
  notify({ title, text: `${text} (${code})`, tone: 'bad' });
}
