import { Anchor } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of the console that the server names by its path. */
export function PathLink({ path, children }: { path: string; children: ReactNode }) {
  const router = useRouter();
  return (
    <Anchor
      href={path}
      size="sm"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        router.history.push(path);
      }}
    >
      {children}
    </Anchor>
  );
}
