import { Button, Code } from '@mantine/core';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Failed, Loading, Standstill } from '../parts/outcomes.tsx';
import { isCodeMissing } from './lazy-page.ts';

/** Stands where a page would be that could not be shown. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (isCodeMissing(error)) return <NoCode />;
  const retry = () => {
    reset();
    // What failed may have been read before the page was drawn, which only the router does again.
    void router.invalidate();
  };
  return <Failed error={error} onRetry={retry} />;
}

/** Browsers remember code that did not come, so that only a reload asks for it again: once the server is there. */
function NoCode() {
  const server = useQuery({ queryKey: ['server answers'], queryFn: serverAnswers, gcTime: 0, retry: false });
  const again = async () => {
    const { data } = await server.refetch();
    if (data) window.location.reload();
  };
  if (server.isPending) return <Loading lines={3} />;
  if (server.data)
    return (
      <Standstill
        Icon={IconRefresh}
        title="The console was replaced by a newer one"
        text="This page belongs to a build that the server no longer has. Reload to get the new one; you stay where you are."
      >
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </Standstill>
    );
  return (
    <Standstill
      Icon={IconPlugConnectedX}
      title="The server does not answer"
      text="This page could not be loaded from it. Is the server running, and is this machine connected?"
    >
      <Button onClick={() => void again()} loading={server.isFetching}>
        Try again
      </Button>
      <Code>unreachable</Code>
    </Standstill>
  );
}

async function serverAnswers(): Promise<boolean> {
  return fetch('/health/live', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
}
