import type { DeviceId, SoftwareTitle } from '@muster/contracts';
import type { Ecosystem } from '@muster/contracts/inventory';
import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { type ChangeCursor, NEWEST } from './reading.ts';

/** A list counts a title on at most so many devices; its own page counts exactly. */
export const COUNTED = 1_000;

/** The devices of the scope, as an argument of the functions that read bulk tables. */
function devicesOf(scope: Scope): SQL {
  const { only, deviceId } = scope;
  const lists = only
    ? sql`${uuids(only.orgIds)}, ${uuids(only.siteIds)}, ${uuids(only.groupIds)}`
    : sql`null, null, null`;
  return sql`muster.device_nos(${lists}, ${deviceId ?? null}::uuid)`;
}

export type TitleRow = Pick<SoftwareTitle, 'id' | 'ecosystem' | 'name'> & {
  readonly folded: string;
  /** More than COUNTED where there are more; how many is not said. */
  readonly devices: number;
};

/** A page of titles by name. `like` is a folded pattern of LIKE. */
export async function readTitles(
  tx: Tx,
  scope: Scope,
  page: {
    readonly like: string;
    readonly ecosystem: Ecosystem | undefined;
    readonly after: { readonly name: string; readonly id: number } | undefined;
    readonly limit: number;
  },
): Promise<TitleRow[]> {
  const after = page.after ?? { name: '', id: 0 };
  const { rows } = await tx.execute<TitleRow>(sql`
    select id, ecosystem, name, name_folded as folded, devices
    from muster.read_software_titles(${devicesOf(scope)}, ${page.like}, ${page.ecosystem ?? null}, ${after.name},
      ${after.id}, ${page.limit}, ${COUNTED})`);
  return rows;
}

export type VersionRow = {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly devices: number;
  readonly firstSince: string;
};

/** Versions of a title, newest first; none where no device in scope has it. */
export async function readVersions(tx: Tx, scope: Scope, titleId: number): Promise<VersionRow[]> {
  const { rows } = await tx.execute<VersionRow>(sql`
    select ecosystem, name, version, devices,
      to_char(first_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "firstSince"
    from muster.read_software_versions(${devicesOf(scope)}, ${titleId})`);
  return rows;
}

export type ArrivalRow = {
  readonly id: string;
  readonly at: string;
  readonly exactAt: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly deviceId: DeviceId;
  readonly deviceName: string;
};

/** A page of what became of a title across the fleet, newest first. */
export async function readArrivals(
  tx: Tx,
  scope: Scope,
  page: { readonly titleId: number; readonly before: ChangeCursor | undefined; readonly limit: number },
): Promise<ArrivalRow[]> {
  const before = page.before ?? NEWEST;
  const { rows } = await tx.execute<ArrivalRow>(sql`
    select id::text as id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, at::text as "exactAt",
      change, before, after, device_id as "deviceId", device_name as "deviceName"
    from muster.read_title_changes(${devicesOf(scope)}, ${page.titleId}, ${before.at}::timestamptz, ${before.id}::bigint,
      ${page.limit})`);
  return rows;
}
