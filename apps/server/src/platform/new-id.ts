/** A new UUIDv7: sorts by time of creation. `Brand` is the id type of the noun, such as `DeviceId`. */
export function newId<Brand extends string>(): Brand {
  return Bun.randomUUIDv7() as Brand;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text is an id as `newId` makes them and PostgreSQL writes them: in small letters. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
