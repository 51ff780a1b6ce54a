import type { DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { queries } from '../../api/client.ts';
import { PageLink } from '../../parts/page-link.tsx';

type NamedDeviceProps = {
  readonly deviceId: DeviceId;
  /** In its place where the person may not read it. */
  readonly otherwise: string;
};

/** A link to a device of which only the id is known, by its name. */
export function NamedDevice({ deviceId, otherwise }: NamedDeviceProps) {
  const { data } = useQuery(queries.devices.get.queryOptions({ input: { deviceId } }));
  return (
    <PageLink to="/devices/$deviceId" params={{ deviceId }} size="sm" underline="always">
      {data ? nameOf(data) : otherwise}
    </PageLink>
  );
}
