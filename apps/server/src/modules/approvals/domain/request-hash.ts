/** JSON with the keys of every object in order: two spellings of one request are one. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}

/** What binds an approval to exactly one request. */
export function requestHash(endpoint: string, input: unknown): Buffer {
  const text = `muster/approval/v1\0${endpoint}\0${canonicalJson(input ?? null)}`;
  return Buffer.from(new Bun.CryptoHasher('sha256').update(text).digest());
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The devices that a request names, as `deviceId` or `deviceIds`. */
export function devicesIn(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  const { deviceId, deviceIds } = input as { deviceId?: unknown; deviceIds?: unknown };
  const named = [deviceId, ...(Array.isArray(deviceIds) ? deviceIds : [])];
  return [...new Set(named.filter((id): id is string => typeof id === 'string' && UUID.test(id)))];
}
