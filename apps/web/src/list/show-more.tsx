import { Button } from '@mantine/core';

/** What is read page by page: whether there is more, whether it is being read, and how to ask for it. */
export type PagedRead = {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
};

/** The button after the last row that reads the next page; nothing where that was all. */
export function ShowMore({ of, label = 'Show more' }: { of: PagedRead; label?: string }) {
  if (!of.hasNextPage) return null;
  return (
    <Button
      my="xs"
      w="fit-content"
      size="xs"
      variant="default"
      loading={of.isFetchingNextPage}
      onClick={() => readOn(of)}
    >
      {label}
    </Button>
  );
}

/** Reads the next page, where there is one and it is not being read yet. */
export function readOn(pages: PagedRead): void {
  if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
}
