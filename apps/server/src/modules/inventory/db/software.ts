import { fold } from '@muster/query';
import type { SQL } from 'bun';
import type { Item, ItemKey } from '../domain/read-update.ts';
import { type Package, packageKey, readPackageKey, softwareSortKey } from '../domain/software.ts';
import type { Place } from './items.ts';

/** Ids of titles and versions by `ecosystem\nname` and `ecosystem\nversion`. */
export type Dictionary = {
  readonly titles: ReadonlyMap<string, number>;
  readonly versions: ReadonlyMap<string, number>;
};

type Named = Pick<Package, 'ecosystem' | 'name' | 'version'>;

const titleOf = ({ ecosystem, name }: Named): string => `${ecosystem}\n${name}`;
const versionOf = ({ ecosystem, version }: Named): string => `${ecosystem}\n${version}`;

/**
 * Finds or makes the dictionary entries of packages. In transactions of its own: entries that nothing uses do no harm,
 * and nobody waits for another's inventory because both know a new title.
 */
export async function resolve(sql: SQL, packages: readonly Named[]): Promise<Dictionary> {
  const titles = unique(packages, titleOf).map(({ ecosystem, name }) => ({
    ecosystem,
    name,
    name_folded: fold(name),
  }));
  const versions = unique(packages, versionOf).map(({ ecosystem, version }) => ({
    ecosystem,
    version,
    sort_key: softwareSortKey(version),
  }));
  return { titles: await resolveTitles(sql, titles), versions: await resolveVersions(sql, versions) };
}

type Row = { readonly id: number; readonly ecosystem: string; readonly text: string };

async function resolveTitles(
  sql: SQL,
  wanted: readonly { ecosystem: string; name: string; name_folded: string }[],
): Promise<Map<string, number>> {
  const json = JSON.stringify(wanted);
  const read = (): Promise<Row[]> => sql`
    select t.id, t.ecosystem, t.name as text
    from json_to_recordset(${json}::text::json) as n (ecosystem text, name text)
    join software_titles t on t.ecosystem = n.ecosystem and t.name = n.name`;
  const add = () => sql`
    insert into software_titles (ecosystem, name, name_folded)
    select n.ecosystem, n.name, n.name_folded
    from json_to_recordset(${json}::text::json) as n (ecosystem text, name text, name_folded text)
    where not exists (select from software_titles t where t.ecosystem = n.ecosystem and t.name = n.name)
    order by n.ecosystem, n.name on conflict do nothing`;
  return found(await read(), wanted.length, add, read);
}

async function resolveVersions(
  sql: SQL,
  wanted: readonly { ecosystem: string; version: string; sort_key: string }[],
): Promise<Map<string, number>> {
  const json = JSON.stringify(wanted);
  const read = (): Promise<Row[]> => sql`
    select v.id, v.ecosystem, v.version as text
    from json_to_recordset(${json}::text::json) as n (ecosystem text, version text)
    join software_versions v on v.ecosystem = n.ecosystem and v.version = n.version`;
  const add = () => sql`
    insert into software_versions (ecosystem, version, sort_key)
    select n.ecosystem, n.version, n.sort_key
    from json_to_recordset(${json}::text::json) as n (ecosystem text, version text, sort_key text)
    where not exists (select from software_versions v where v.ecosystem = n.ecosystem and v.version = n.version)
    order by n.ecosystem, n.version on conflict do nothing`;
  return found(await read(), wanted.length, add, read);
}

async function found(
  known: readonly Row[],
  wanted: number,
  add: () => PromiseLike<unknown>,
  read: () => Promise<Row[]>,
): Promise<Map<string, number>> {
  const byName = (rows: readonly Row[]) =>
    new Map(rows.map((row) => [`${row.ecosystem}\n${row.text}`, row.id]));
  if (known.length >= wanted) return byName(known);
  await add();
  return byName(await read());
}

type Stored = Package;

/** Those of the packages named that are kept, as items. */
export async function readPackages(tx: SQL, place: Place, named: readonly ItemKey[]): Promise<Item[]> {
  const wanted = named.flatMap(({ key }) => readPackageKey(key) ?? []);
  if (wanted.length === 0) return [];
  const rows: Stored[] = await tx`
    select ${COLUMNS(tx)}
    from json_to_recordset(${JSON.stringify(wanted)}::text::json) as n (ecosystem text, name text, version text, arch text)
    join software_titles t on t.ecosystem = n.ecosystem and t.name = n.name
    join software_versions v on v.ecosystem = n.ecosystem and v.version = n.version
    join device_software s on s.device_no = ${place.deviceNo} and s.title_id = t.id and s.version_id = v.id
      and s.arch = n.arch`;
  return rows.map(toItem);
}

/** Adds packages, or makes them what they are now. */
export async function writePackages(
  tx: SQL,
  place: Place,
  packages: readonly Package[],
  { titles, versions }: Dictionary,
): Promise<void> {
  if (packages.length === 0) return;
  const rows = packages.map((item) => ({
    title_id: titles.get(titleOf(item)),
    version_id: versions.get(versionOf(item)),
    arch: item.arch,
    publisher: item.publisher,
    installed_at: item.installedAt,
    size_bytes: item.sizeBytes,
  }));
  await tx`
    insert into device_software as known
      (device_no, title_id, version_id, arch, publisher, installed_at, since, size_bytes, generation)
    select ${place.deviceNo}, n.title_id, n.version_id, n.arch, n.publisher, n.installed_at, ${place.at}, n.size_bytes,
      ${place.generation}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as n (title_id int, version_id int, arch text,
      publisher text, installed_at timestamptz, size_bytes bigint)
    on conflict (device_no, title_id, version_id, arch) do update
      set publisher = excluded.publisher, installed_at = excluded.installed_at, size_bytes = excluded.size_bytes,
        generation = excluded.generation
      where (known.publisher, known.installed_at, known.size_bytes, known.generation)
        is distinct from (excluded.publisher, excluded.installed_at, excluded.size_bytes, excluded.generation)`;
}

/** Removes packages by name. */
export async function removePackages(tx: SQL, place: Place, named: readonly ItemKey[]): Promise<void> {
  const wanted = named.flatMap(({ key }) => readPackageKey(key) ?? []);
  if (wanted.length === 0) return;
  await tx`
    delete from device_software s
    using json_to_recordset(${JSON.stringify(wanted)}::text::json) as n (ecosystem text, name text, version text, arch text),
      software_titles t, software_versions v
    where t.ecosystem = n.ecosystem and t.name = n.name and v.ecosystem = n.ecosystem and v.version = n.version
      and s.device_no = ${place.deviceNo} and s.title_id = t.id and s.version_id = v.id and s.arch = n.arch`;
}

/** Removes what a whole sending did not name; returns it as items. */
export async function sweepPackages(tx: SQL, place: Place): Promise<Item[]> {
  const rows: Stored[] = await tx`
    with gone as (
      delete from device_software where device_no = ${place.deviceNo} and generation <> ${place.generation} returning *)
    select ${COLUMNS(tx)}
    from gone s join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id`;
  return rows.map(toItem);
}

const COLUMNS = (tx: SQL) => tx`
  t.ecosystem, t.name, v.version, s.arch, s.publisher, s.size_bytes::float8 as "sizeBytes",
  to_char(s.installed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "installedAt"`;

function toItem(row: Stored): Item {
  return { kind: 'package', key: packageKey(row), fields: { ...row } };
}

function unique<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [nameOf(item), item])).values()];
}
