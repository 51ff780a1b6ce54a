import { type EffectiveValues, effectiveValues, type PolicyField } from '@muster/contracts/policies';
import type { NewEvent } from '../../../platform/bus/event-port.ts';
import { type Looked, lookAt, storeEffective, takeQueued, takeTurn } from '../db/queue.ts';
import type { PolicyDeps } from '../policy-deps.ts';

const BATCH = 2_000;

/** Works out what holds for the devices that waited longest, and announces what is new; true when there may be more. */
export async function workOut({ database, events }: PolicyDeps): Promise<boolean> {
  const done = await database.system('policies', async (tx) => {
    if (!(await takeTurn(tx))) return { announced: 0, rows: 0 };
    const { rows, ids } = await takeQueued(tx, BATCH);
    if (ids.length === 0) return { announced: 0, rows };
    const changed = (await lookAt(tx, ids)).filter(isNews);
    await storeEffective(tx, changed);
    const news = changed.flatMap(announce);
    if (news.length > 0) await events.appendMany(tx, news);
    return { announced: news.length, rows };
  });
  if (done.announced > 0) events.committed();
  return done.rows === BATCH;
}

function isNews({ stored, fields }: Looked): boolean {
  const names = new Set([...Object.keys(stored ?? {}), ...Object.keys(fields)]) as Set<PolicyField>;
  return [...names].some((name) => stored?.[name] !== fields[name]);
}

/** A policy that says what held anyway is no news to anybody. */
function announce({ id, orgId, stored, fields }: Looked): NewEvent[] {
  const [was, is] = [effectiveValues(stored), effectiveValues(fields)];
  const changed = (Object.keys(is) as PolicyField[]).filter((name) => was[name] !== is[name]);
  if (changed.length === 0) return [];
  const pick = (values: EffectiveValues) => Object.fromEntries(changed.map((name) => [name, values[name]]));
  return [
    { type: 'device.policy_changed', orgId, subjectId: id, payload: { before: pick(was), after: pick(is) } },
  ];
}
