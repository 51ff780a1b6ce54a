/**
 * A device in memory, by field name (or the reading's `property`): text, numbers, booleans; times as
 * Date, ISO text or milliseconds; an array where there are several values, of `{ of, value }` where each
 * has a name (instances, arguments); an object for a map.
 */
export type DeviceRecord = Readonly<Record<string, unknown>>;
