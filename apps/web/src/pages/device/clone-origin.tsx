import type { DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { queries } from '../../api/client.ts';
import { PageLink } from '../../parts/page-link.tsx';

/** The device of which another one is a copy, by its name where the person may read it. */
export function CloneOrigin({ deviceId }: { deviceId: DeviceId }) {
  const { data } = useQuery(queries.devices.get.queryOptions({ input: { deviceId } }));
  return (
    <PageLink to="/devices/$deviceId" params={{ deviceId }} size="sm" underline="always">
      {data ? nameOf(data) : 'another device'}
    </PageLink>
  );
}
