import type { Site } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { queries } from '../../api/client.ts';

/** As many as one page holds. */
const MOST = 500;

/** What the relays of sites are called, by id; without those that the person may not see. */
export function useRelayNames(sites: readonly Site[]): ReadonlyMap<string, string> {
  const ids = [...new Set(sites.flatMap(({ relayDeviceId }) => relayDeviceId ?? []))].slice(0, MOST);
  const read = useQuery(
    queries.devices.list.queryOptions({
      input: { query: `id in (${ids.join(', ')})`, limit: MOST },
      enabled: ids.length > 0,
    }),
  );
  return new Map(read.data?.items.map((device) => [device.id, nameOf(device)]));
}
