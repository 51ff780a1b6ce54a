/** A new UUIDv7: sorts by time of creation. `Brand` is the id type of the noun, such as `DeviceId`. */
export function newId<Brand extends string>(): Brand {
  return Bun.randomUUIDv7() as Brand;
}
