import type { Device, DeviceId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useLiveView } from '../../live/live.ts';

const route = getRouteApi('/console/devices/$deviceId');

/** The id in the URL. */
export function useDeviceId(): DeviceId {
  return route.useParams().deviceId as DeviceId;
}

const deviceQuery = (deviceId: DeviceId) => queries.devices.get.queryOptions({ input: { deviceId } });

/** The device of the URL, as it was read. */
export function useDevice() {
  return useQuery(deviceQuery(useDeviceId()));
}

/** Keeps the device as it is now, for everybody on the page. */
export function useLiveDevice(deviceId: DeviceId): void {
  const { queryKey } = deviceQuery(deviceId);
  useLiveView({ view: 'device', deviceId, live: false }, (message) => {
    if (message.type !== 'devices') return;
    const [delta] = message.rows;
    if (delta)
      queryClient.setQueryData(queryKey, (before) => (before ? ({ ...before, ...delta } as Device) : before));
  });
}

/** Takes in a device that an answer brought, so that nobody reads it again. */
export function keepDevice(device: Device): void {
  queryClient.setQueryData(deviceQuery(device.id).queryKey, device);
}

/** Reads the device again. */
export function rereadDevice(deviceId: DeviceId): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: deviceQuery(deviceId).queryKey });
}
