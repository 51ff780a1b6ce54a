import type { Device, DeviceId } from '@muster/contracts';
import { type Client, connect, getLogin } from './client.ts';
import type { Login } from './config.ts';
import { EXIT, Failure } from './failure.ts';
import { Output } from './output.ts';
import { proveAgain } from './prove.ts';
import { isId } from './typed.ts';

/** What every command works with. */
export type Session = { readonly login: Login; readonly client: Client; readonly output: Output };

export function openSession(options: { json?: boolean | undefined }): Session {
  const login = getLogin();
  const client = connect(login, {}, (methods) => proveAgain(connect(login), methods));
  return { login, client, output: new Output(options.json ?? false) };
}

/** A client whose changes count only while what was read with this etag has not been changed by anybody else. */
export function writerFor({ etag }: { readonly etag: string }): Client {
  const login = getLogin();
  return connect(login, { 'if-match': etag }, (methods) => proveAgain(connect(login), methods));
}

/** Every item of a list, page by page. */
export async function readPages<Item>(
  read: (cursor: string | undefined) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** A device by id or by name; says which ones it could be when the name is not unique. */
export async function getDevice(client: Client, nameOrId: string): Promise<Device> {
  if (isId(nameOrId)) return client.devices.get({ deviceId: nameOrId as DeviceId });
  const quoted = `"${nameOrId.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const { items } = await client.devices.list({
    query: `hostname = ${quoted} or name = ${quoted}`,
    limit: 5,
    sort: 'hostname',
  });
  const [first] = items;
  if (!first)
    throw new Failure(
      EXIT.notFound,
      `No device is called ${nameOrId}. \`muster devices list\` shows what there is.`,
    );
  if (items.length > 1)
    throw new Failure(
      EXIT.conflict,
      `${items.length} devices are called ${nameOrId}; use an id: ${items.map((item) => item.id).join(', ')}`,
    );
  return client.devices.get({ deviceId: first.id });
}
