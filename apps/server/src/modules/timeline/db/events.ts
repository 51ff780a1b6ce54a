import { sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { type DeviceEvent, KIND_OF_EVENT, wordsOfEvent } from '../domain/event-words.ts';
import { type Placed, RANKS, UUIDS } from '../domain/place.ts';
import { nameSites } from './site-names.ts';
import { microseconds, type SourcePage, within } from './source.ts';

type Row = { id: string; type: DeviceEvent; payload: object; actor: string | null; atUs: number };

const ORDER = { at: sql`l.occurred_at`, id: sql`l.id`, type: sql`uuid`, rank: RANKS.event, ids: UUIDS };

/** Events of a device, of these types; each type is walked by its own part of the index. */
export async function readEvents(
  tx: Tx,
  scope: Scope,
  page: SourcePage & { readonly types: readonly DeviceEvent[] },
): Promise<Placed[]> {
  const { rows } = await tx.execute<Row>(sql`
    select e.id, e.type, e.payload, e.actor, ${microseconds(sql`e.occurred_at`)} as "atUs"
    from jsonb_array_elements_text(${JSON.stringify(page.types)}::jsonb) as t (type)
    cross join lateral (
      select l.id, l.type, l.payload, l.actor, l.occurred_at from event_log l
      where l.subject_id = ${page.deviceId}::uuid and l.type = t.type and l.org_id = any (${uuids(scope.orgIds)})
        and ${within(page, ORDER)}
      order by l.occurred_at desc, l.id desc limit ${page.limit}) e
    order by e.occurred_at desc, e.id desc limit ${page.limit}`);
  const names = await readNames(tx, rows);
  const payloads = await nameSites(
    tx,
    rows.map(({ payload }) => payload),
  );
  return rows.map(({ id, type, actor, atUs }, at) => ({
    place: { atUs, rank: RANKS.event, id },
    entry: {
      id: `event:${id}`,
      at: new Date(atUs / 1_000).toISOString(),
      kind: KIND_OF_EVENT[type],
      ...wordsOfEvent(type, payloads[at], page.deviceId),
      actor: actor === null ? null : (names.get(actor) ?? 'somebody who is no longer here'),
    },
  }));
}

async function readNames(tx: Tx, events: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(events.flatMap(({ actor }) => (actor === null ? [] : [actor])))];
  if (ids.length === 0) return new Map();
  const { rows } = await tx.execute<{ id: string; name: string }>(
    sql`select id, name from users where id::text in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
