import { Title } from '@mantine/core';
import type { Device, InventoryItem } from '@muster/contracts';
import type { ReactNode } from 'react';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { CategoryAge } from './category-age.tsx';
import { useCategoryItems, useCategoryState, type WholeCategory } from './use-inventory.ts';

type CategorySectionProps = {
  readonly device: Device;
  readonly category: WholeCategory;
  /** Where a page has several categories, what this one is. */
  readonly title?: string;
  readonly children: (items: readonly InventoryItem[]) => ReactNode;
};

/** One category of a device with its own age, in whichever state the reading of it is. */
export function CategorySection({ device, category, title, children }: CategorySectionProps) {
  const { read, state } = useCategoryState(device.id, category);
  const items = useCategoryItems(device.id, category, state?.receivedAt);
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  return (
    <>
      {title && (
        <Title order={2} size="h4" mt="sm">
          {title}
        </Title>
      )}
      <CategoryAge device={device} category={category} state={state} />
      {state === undefined && (
        <Empty
          title="Nothing is known yet"
          text="The agent looks when it has started, then each six hours, and when it is asked to."
        />
      )}
      {state !== undefined && items.isPending && <Loading />}
      {items.isError && <Failed error={items.error} onRetry={() => void items.refetch()} />}
      {items.data && children(items.data.items)}
      {items.data?.items.length === 0 && (
        <Empty title="There is nothing of it" text="The device looked and found none." />
      )}
    </>
  );
}
