import { Alert, Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle, IconInbox, IconLock } from '@tabler/icons-react';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { isUnknown, toFailure } from '../api/problem.ts';
import classes from './parts.module.css';

const SHOW_AFTER_MS = 150;

/** Grey lines in place of what is being read; nothing at all for the first moment, so that quick answers do not flash. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), SHOW_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Stack gap={10} p="md" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <Skeleton key={line} height={14} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** Says what would be here and offers the next step. */
export function Empty({ title, text, children }: { title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <IconInbox className={classes.emptyIcon} size={32} stroke={1.3} aria-hidden />
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text className={classes.emptyText}>{text}</Text>
      {children}
    </div>
  );
}

/** What happened, its code, and another try; for a missing permission, which one. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = toFailure(error);
  if (failure.code === 'forbidden')
    return <Forbidden permission={failure.params.permission} text={failure.text} />;
  if (isUnknown(error)) return <Unknown said={failure.code === 'not_found' ? failure.text : undefined} />;
  return (
    <Alert
      m="md"
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={failure.code === 'unexpected' ? 'This page broke' : 'This could not be read'}
      role="alert"
    >
      <Text size="sm">{failure.text}</Text>
      <Group mt="sm" gap="sm">
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        <Code>{failure.code}</Code>
        {failure.traceId && <Code>trace {failure.traceId}</Code>}
      </Group>
    </Alert>
  );
}

type StandstillProps = {
  readonly Icon: ComponentType<{ className?: string | undefined; size?: number; stroke?: number }>;
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
};

/** In place of a page that cannot be shown at all: why, and what to do. */
export function Standstill({ Icon, title, text, children }: StandstillProps) {
  return (
    <div className={classes.empty} role="alert">
      <Icon className={classes.emptyIcon} size={32} stroke={1.3} aria-hidden />
      <Title order={1} size="h4">
        {title}
      </Title>
      <Text className={classes.emptyText}>{text}</Text>
      {children}
    </div>
  );
}

/** For an address that leads to nothing: another try would not find it either. */
function Unknown({ said }: { said: string | undefined }) {
  return (
    <div role="alert">
      <Empty
        title="There is nothing here"
        text={said ?? 'It was removed, was never here, or you may not see it.'}
      />
    </div>
  );
}

function Forbidden({ permission, text }: { permission: unknown; text: string }) {
  return (
    <div className={classes.empty} role="alert">
      <IconLock className={classes.emptyIcon} size={32} stroke={1.3} aria-hidden />
      <Title order={2} size="h4">
        You may not see this
      </Title>
      <Text className={classes.emptyText}>{text}</Text>
      {typeof permission === 'string' && <Code>{permission}</Code>}
    </div>
  );
}
