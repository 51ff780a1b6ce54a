import { create } from '@bufbuild/protobuf';
import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  Code,
  type ConnectRouter,
  createConnectRouter,
  createContextKey,
  type HandlerContext,
} from '@connectrpc/connect';
import { type Device, DeviceId, type DeviceRow, type LiveSample, MusterError } from '@muster/contracts';
import { CheckInSchema, MinuteSchema, sentpulse } from '@muster/contracts/wire';
import { requirePermission } from '../../platform/actor.ts';
import type { DeviceLink, PresencePort, TelemetryPort } from '../../platform/gateway/ports.ts';
import { ANONYMOUS, type Person } from '../../platform/http/index.ts';
import type { SeriesAnswer, SeriesQuery } from '../telemetry/index.ts';
import { presenceOf, toDataPoints, toDevice, toMetricSet } from './messages.ts';
import { toConnectError } from './to-connect-error.ts';

/** What the services stand on: use cases of other modules, each authorised by the actor's scope. */
export type SentpulseDeps = {
  readonly listDevices: (
    actor: Person,
    input: { query?: string | undefined; cursor?: string | undefined; limit: number; sort: 'hostname' },
  ) => Promise<{ items: DeviceRow[]; next: string | null; count?: { value: number } | undefined }>;
  readonly getDevice: (actor: Person, deviceId: DeviceId) => Promise<Device>;
  readonly getSeries: (actor: Person, query: SeriesQuery) => Promise<SeriesAnswer>;
  readonly latest: (deviceId: DeviceId) => LiveSample | undefined;
  /** The device as the gateway would know it; not_found outside the actor's scope. */
  readonly linkOf: (actor: Person, deviceId: DeviceId) => Promise<DeviceLink>;
  readonly telemetry: Pick<TelemetryPort, 'checkIn'>;
  readonly presence: Pick<PresencePort, 'beacon'>;
  readonly now: () => number;
  readonly onError: (error: unknown, part: string) => void;
};

/** Who asks; set by the raw route in front of the service. */
export const actorKey = createContextKey<Person>(ANONYMOUS);

const HEARTBEAT_S = 60;
const MAX_PAGE = 500;

/** AgentService and DashboardService with the methods that work; every other one answers `unimplemented`. */
export function createServices(deps: SentpulseDeps): ConnectRouter {
  return createConnectRouter()
    .service(sentpulse.AgentService, { checkIn: answering(deps, checkIn) })
    .service(sentpulse.DashboardService, {
      listDevices: answering(deps, listDevices),
      getDevice: answering(deps, getDevice),
      getDeviceTelemetry: answering(deps, getDeviceTelemetry),
    });
}

type Method<Input, Output> = (deps: SentpulseDeps, actor: Person, request: Input) => Promise<Output>;

function answering<Input, Output>(deps: SentpulseDeps, method: Method<Input, Output>) {
  return async (request: Input, context: HandlerContext): Promise<Output> => {
    try {
      return await method(deps, context.values.get(actorKey), request);
    } catch (error) {
      const answer = toConnectError(error);
      if (answer.code === Code.Internal) deps.onError(error, `sentpulse ${context.method.name}`);
      throw answer;
    }
  };
}

/** HB-3, HB-4 for foreign clients: the id is compared with the caller's scope, the telemetry becomes this minute. */
const checkIn: Method<sentpulse.CheckInRequest, sentpulse.CheckInResponse> = async (deps, actor, request) => {
  const link = await deps.linkOf(actor, parseId(request.agentId, 'agent_id'));
  deps.presence.beacon(link, HEARTBEAT_S * 1000);
  if (request.telemetry) {
    const minute = create(MinuteSchema, {
      minute: Math.floor(deps.now() / 60_000),
      samples: 1,
      metrics: toMetricSet(request.telemetry),
    });
    await deps.telemetry.checkIn(link, create(CheckInSchema, { minutes: [minute] }));
  }
  return create(sentpulse.CheckInResponseSchema, { heartbeatIntervalSeconds: HEARTBEAT_S });
};

const listDevices: Method<sentpulse.ListDevicesRequest, sentpulse.ListDevicesResponse> = async (
  deps,
  actor,
  request,
) => {
  if (
    request.organizationId !== '' &&
    !requirePermission(actor, 'devices:read').orgIds.some((orgId) => orgId === request.organizationId)
  ) {
    throw new MusterError(
      'not_found',
      `There is no organisation ${request.organizationId} that you may see.`,
      { field: 'organization_id' },
    );
  }
  const presence = presenceOf(request.statusFilter ?? sentpulse.DeviceStatus.UNSPECIFIED);
  const terms = [
    ...(request.organizationId
      ? [`organisation.id = "${parseId(request.organizationId, 'organization_id')}"`]
      : []),
    ...(request.siteId ? [`site.id = "${parseId(request.siteId, 'site_id')}"`] : []),
    ...(presence ? [`status = ${presence}`] : []),
  ];
  const page = await deps.listDevices(actor, {
    query: terms.join(' and ') || undefined,
    cursor: request.pageToken || undefined,
    limit: Math.min(MAX_PAGE, request.pageSize > 0 ? request.pageSize : 50),
    sort: 'hostname',
  });
  return create(sentpulse.ListDevicesResponseSchema, {
    devices: page.items.map((row) => toDevice(row, deps.latest(row.id))),
    nextPageToken: page.next ?? '',
    totalCount: page.count?.value ?? 0,
  });
};

const getDevice: Method<sentpulse.GetDeviceRequest, sentpulse.Device> = async (deps, actor, request) => {
  const device = await deps.getDevice(actor, parseId(request.deviceId, 'device_id'));
  return toDevice(device, deps.latest(device.id));
};

const getDeviceTelemetry: Method<
  sentpulse.GetDeviceTelemetryRequest,
  sentpulse.GetDeviceTelemetryResponse
> = async (deps, actor, request) => {
  const instant = (time: Timestamp | undefined) =>
    time ? new Date(timestampMs(time)).toISOString() : undefined;
  const answer = await deps.getSeries(actor, {
    deviceId: parseId(request.deviceId, 'device_id'),
    from: instant(request.startTime),
    to: instant(request.endTime),
    resolution: request.resolutionSeconds > 0 ? request.resolutionSeconds : undefined,
    instances: false,
  });
  return create(sentpulse.GetDeviceTelemetryResponseSchema, { dataPoints: toDataPoints(answer) });
};

function parseId(text: string, field: string): DeviceId {
  const parsed = DeviceId.safeParse(text);
  if (!parsed.success)
    throw new MusterError(
      'invalid_input',
      `\`${field}\` must be an id such as GET /api/v1/devices shows, not “${text.slice(0, 100)}”.`,
      { field },
    );
  return parsed.data;
}
