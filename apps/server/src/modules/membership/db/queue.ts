import type { SQL } from 'bun';

/** A device to look at, and the rows of the queue that ask for it. */
export type Queued = {
  readonly deviceNo: number;
  readonly touched: ReadonlySet<string>;
  readonly ids: readonly bigint[];
};

/** The oldest of what waits, a device once. */
export async function readQueue(sql: SQL, most: number): Promise<Queued[]> {
  const rows: { id: bigint; device_no: number; touched: string[] }[] = await sql`
    select id, device_no, touched from membership_queue order by id limit ${most}`;
  const byDevice = new Map<number, { touched: Set<string>; ids: bigint[] }>();
  for (const row of rows) {
    const queued = byDevice.get(row.device_no) ?? { touched: new Set<string>(), ids: [] };
    for (const word of row.touched) queued.touched.add(word);
    queued.ids.push(row.id);
    byDevice.set(row.device_no, queued);
  }
  return [...byDevice].map(([deviceNo, queued]) => ({ deviceNo, ...queued }));
}

/** Removes what was looked at. */
export async function removeQueued(sql: SQL, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from membership_queue where id = any (${`{${ids.join(',')}}`}::bigint[])`;
}

/** Remembers when devices have to be looked at again though nothing happens to them; null: not. */
export async function writeTimers(
  sql: SQL,
  timers: readonly { readonly deviceNo: number; readonly dueAt: string | null }[],
): Promise<void> {
  const due = timers.filter(({ dueAt }) => dueAt !== null);
  if (due.length === 0) return;
  await sql`
    insert into membership_timers as known (device_no, due_at)
    select n."deviceNo", n."dueAt" from json_to_recordset(${JSON.stringify(due)}::text::json) as n ("deviceNo" int, "dueAt" timestamptz)
    on conflict (device_no) do update set due_at = least(known.due_at, excluded.due_at)`;
}

/** Takes the timers that are due; returns their devices. An array and no join: see `sequenceBatch` of modules/events. */
export async function takeTimers(sql: SQL, most: number): Promise<number[]> {
  const taken: { device_no: number }[] = await sql`
    delete from membership_timers where device_no = any (array(
      select device_no from membership_timers where due_at <= now() order by due_at limit ${most}))
    returning device_no`;
  return taken.map((row) => row.device_no);
}

/** Makes what is watched, and the thresholds of metrics, those of the groups that there are. */
export async function writeWatch(
  sql: SQL,
  watch: {
    readonly touched: readonly string[];
    readonly thresholds: readonly { metric: string; value: number }[];
  },
): Promise<void> {
  const touched = JSON.stringify(watch.touched);
  const thresholds = JSON.stringify(watch.thresholds);
  await sql.begin(async (tx) => {
    // Whoever asked what is watched has ended when this lock is given: what they changed is there to be looked at.
    await tx`set local lock_timeout = '10s'`;
    await tx`lock table membership_watch, membership_thresholds in access exclusive mode`;
    await tx`delete from membership_watch where touched not in (select json_array_elements_text(${touched}::text::json))`;
    await tx`insert into membership_watch select json_array_elements_text(${touched}::text::json) on conflict do nothing`;
    await tx`delete from membership_thresholds t where not exists (
      select from json_to_recordset(${thresholds}::text::json) as n (metric text, value float8)
      where n.metric = t.metric and n.value = t.value)`;
    await tx`insert into membership_thresholds
      select * from json_to_recordset(${thresholds}::text::json) as n (metric text, value float8) on conflict do nothing`;
  });
}

/** Queues a device for a category of its inventory, in the transaction of the change. */
export async function touchDevice(tx: SQL, deviceNo: number, category: string): Promise<void> {
  await tx`select muster.touch_devices(array[${deviceNo}::int], array[${`inventory.${category}`}::text])`;
}
