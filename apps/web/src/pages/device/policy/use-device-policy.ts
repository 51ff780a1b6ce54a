import type { DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/client.ts';

/** How often the page looks while it is open: policies of others than the device change what holds for it. */
const LOOK_AGAIN_MS = 5_000;
/** While a change is being taken over. */
const SOON_MS = 500;

/** What holds for the device, and where each value comes from. */
export function useEffectivePolicy(deviceId: DeviceId) {
  return useQuery(
    queries.policies.effective.queryOptions({
      input: { deviceId },
      refetchInterval: ({ state }) => (state.data?.pending ? SOON_MS : LOOK_AGAIN_MS),
    }),
  );
}
