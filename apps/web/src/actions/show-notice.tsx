import '@mantine/notifications/styles.css';
import { Text } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { Said } from './said.ts';

const LOOKS = {
  good: { color: 'green', icon: <IconCheck size={18} aria-hidden />, autoClose: 7_000 },
  bad: { color: 'red', icon: <IconAlertCircle size={18} aria-hidden />, autoClose: false },
  plain: { color: 'indigo', icon: <IconInfoCircle size={18} aria-hidden />, autoClose: 7_000 },
} as const;

/** Failures stay until they are put away. */
export function showNotice({ title, text, record, tone = 'good' }: Said): void {
  notifications.show({
    ...LOOKS[tone],
    title,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <>
        {text && (
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        )}
        {record}
      </>
    ),
  });
}

/** Where notices stand. */
export default function Notices() {
  return <Notifications position="bottom-right" limit={4} />;
}
