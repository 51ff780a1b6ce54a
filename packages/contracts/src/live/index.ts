import { z } from 'zod';
import { Command } from '../commands/ledger.ts';
import { ProcessSnapshot } from '../commands/process.ts';
import { DeviceRow } from '../http/devices.ts';
import { CommandId, DeviceId } from '../ids/index.ts';

/**
 * The live socket: wss …/api/v1/live with subprotocols `muster.live.v1` and `ticket.<ticket>`. JSON text frames.
 * A client watches views under ids of its own; each answers with one snapshot and then deltas. Everything is scoped to
 * the rights of the person; when these change, the view is dropped with an error.
 */
export const LIVE_PATH = '/api/v1/live';
export const LIVE_SUBPROTOCOL = 'muster.live.v1';
export const LIVE_TICKET_PREFIX = 'ticket.';
/** Rows one `devices` view may watch. */
export const MAX_WATCHED_DEVICES = 200;

/**
 * The position of the last message that a client heard, for opening a view again after its socket was cut: what changed
 * since follows instead of everything. One that the server does not know any more, or that another process gave, is
 * answered as if there were none.
 */
const After = z.string().max(64).optional();

const WatchRequest = z.discriminatedUnion('view', [
  /** Rows on the screen: presence and latest values, as they change. Replaces the ids of the same watch. */
  z.object({
    type: z.literal('watch'),
    watch: z.string().max(64),
    view: z.literal('devices'),
    ids: z.array(DeviceId).max(MAX_WATCHED_DEVICES),
    after: After,
  }),
  /** Counts of a query, at most once a second, and how many rows entered or left. */
  z.object({
    type: z.literal('watch'),
    watch: z.string().max(64),
    view: z.literal('summary'),
    query: z.string().max(8_192).default(''),
  }),
  /** One device: its row, and (with `live`) one-second samples while this watch lives. */
  z.object({
    type: z.literal('watch'),
    watch: z.string().max(64),
    view: z.literal('device'),
    deviceId: DeviceId,
    live: z.boolean().default(false),
    after: After,
    /** `at` of the last sample heard: those since come first, as far as the last five minutes hold them. */
    samplesAfter: z.number().optional(),
  }),
  /** One command: its states and its progress stream. */
  z.object({
    type: z.literal('watch'),
    watch: z.string().max(64),
    view: z.literal('command'),
    commandId: CommandId,
  }),
  /** Devices that appear: for the row that lights up on the add-device card. */
  z.object({
    type: z.literal('watch'),
    watch: z.string().max(64),
    view: z.literal('arrivals'),
    after: After,
  }),
]);

export const LiveRequest = z.discriminatedUnion('type', [
  WatchRequest,
  z.object({ type: z.literal('unwatch'), watch: z.string().max(64) }),
  z.object({ type: z.literal('ping'), at: z.number() }),
]);
export type LiveRequest = z.infer<typeof LiveRequest>;

/** Metric values by catalogue name, real units; instances keyed `kind:name`. `at` is milliseconds, server time. */
export const LiveSample = z.object({
  at: z.number(),
  values: z.record(z.string(), z.number()),
  instances: z.record(z.string(), z.record(z.string(), z.number())),
});
export type LiveSample = z.infer<typeof LiveSample>;

const DeviceDelta = DeviceRow.partial().extend({ id: DeviceId });

export const LiveMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    serverTime: z.number(),
    version: z.string(),
    /** What an `arrivals` view that was opened on this socket may resume from. */
    position: z.string().optional(),
  }),
  z.object({ type: z.literal('pong'), at: z.number(), serverTime: z.number() }),
  z.object({
    type: z.literal('devices'),
    watch: z.string(),
    position: z.string(),
    snapshot: z.boolean(),
    rows: z.array(DeviceDelta),
  }),
  z.object({
    type: z.literal('summary'),
    watch: z.string(),
    total: z.number(),
    exact: z.boolean(),
    presence: z.record(z.string(), z.number()),
    moved: z.number(),
  }),
  z.object({
    type: z.literal('samples'),
    watch: z.string(),
    deviceId: DeviceId,
    samples: z.array(LiveSample),
  }),
  z.object({ type: z.literal('command'), watch: z.string(), command: Command }),
  z.object({
    type: z.literal('progress'),
    watch: z.string(),
    commandId: CommandId,
    number: z.number(),
    payload: z.unknown(),
  }),
  z.object({
    type: z.literal('arrival'),
    watch: z.string(),
    device: DeviceRow,
    position: z.string().optional(),
  }),
  z.object({ type: z.literal('error'), watch: z.string().nullable(), code: z.string(), message: z.string() }),
]);
export type LiveMessage = z.infer<typeof LiveMessage>;
export { ProcessSnapshot };
