import type { DeviceId } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/client.ts';

/** Categories that are read as a whole; software has a list of its own. */
export type WholeCategory = Exclude<InventoryCategory, 'software'>;

/** How often the ages are looked at: there is no live view of them. */
const LOOK_AGAIN_MS = 5_000;

/** How old a category of the device is; undefined where the device has not told of it yet. */
export function useCategoryState(deviceId: DeviceId, category: InventoryCategory) {
  const read = useQuery(
    queries.inventory.states.queryOptions({ input: { deviceId }, refetchInterval: LOOK_AGAIN_MS }),
  );
  return { read, state: read.data?.items.find((one) => one.category === category) };
}

/** What a category consists of; read again whenever the server has received it anew. */
export function useCategoryItems(
  deviceId: DeviceId,
  category: WholeCategory,
  receivedAt: string | undefined,
) {
  const options = queries.inventory.items.queryOptions({
    input: { deviceId, category },
    enabled: receivedAt !== undefined,
    placeholderData: (before) => before,
  });
  return useQuery({ ...options, queryKey: [...options.queryKey, receivedAt] });
}
