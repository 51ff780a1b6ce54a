import { describeIssues, MusterError, type SettingState } from '@muster/contracts';
import { SETTINGS, type SettingKey } from '@muster/contracts/settings';
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, requirePermission } from '../../platform/actor.ts';
import type { Tx } from '../../platform/db/index.ts';
import { demandCurrent, etagOf } from '../../platform/http/index.ts';
import { fitted } from '../../platform/settings/index.ts';
import type { SystemDeps } from './system-deps.ts';

type Deps = Pick<SystemDeps, 'database' | 'audit'>;
type Kept = { key: SettingKey; value: unknown; version: number; changedAt: string; changedBy: string | null };

/** Every setting of the catalogue as it stands. */
export async function listSettings({ database }: Deps): Promise<SettingState[]> {
  const kept = await database.installation((tx) => readKept(tx, sql`true`));
  const byKey = new Map(kept.map((row) => [row.key, row]));
  return (Object.keys(SETTINGS) as SettingKey[]).map((key) => toState(key, byKey.get(key)));
}

type Change = {
  readonly key: SettingKey;
  /** Undefined: the default holds again. */
  readonly value: unknown;
  readonly ifMatch: string | undefined;
};

/** Changes a setting, or takes the change back; audited with both sides in the same transaction. */
export async function changeSetting(deps: Deps, actor: Actor, change: Change): Promise<SettingState> {
  requirePermission(actor, 'system:manage');
  const { key } = change;
  const value = change.value === undefined ? undefined : checked(key, change.value);
  return deps.database.installation(async (tx) => {
    const [kept] = await readKept(tx, sql`key = ${key} for update`);
    const before = toState(key, kept);
    demandCurrent(kept?.version ?? 0, change.ifMatch, before.title);
    const by = actor.kind === 'person' ? actor.name : null;
    if (value === undefined) await tx.execute(sql`delete from settings where key = ${key}`);
    else await keep(tx, { key, value, by, isNew: kept === undefined });
    const [now] = await readKept(tx, sql`key = ${key}`);
    const after = toState(key, now);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'configuration.changed',
      target: { kind: 'setting', id: key, name: after.title },
      before: { value: before.value },
      after: { value: after.value },
    });
    return after;
  });
}

function checked(key: SettingKey, value: unknown): unknown {
  const parsed = SETTINGS[key].schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const said = describeIssues(parsed.error.issues, SETTINGS[key].title);
  throw new MusterError('invalid_input', `${said}.`, { key });
}

type Keeping = {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly by: string | null;
  readonly isNew: boolean;
};

async function keep(tx: Tx, { key, value, by, isNew }: Keeping): Promise<void> {
  const json = JSON.stringify(value);
  const { rowCount } = isNew
    ? await tx.execute(sql`
        insert into settings (key, value, changed_by) values (${key}, ${json}::jsonb, ${by}) on conflict do nothing`)
    : await tx.execute(sql`
        update settings set value = ${json}::jsonb, changed_by = ${by}, version = version + 1 where key = ${key}`);
  if (rowCount === 1) return;
  throw new MusterError('conflict', `${SETTINGS[key].title} was changed at this moment; read it again.`, {
    key,
  });
}

async function readKept(tx: Tx, which: SQL): Promise<Kept[]> {
  const { rows } = await tx.execute<Kept>(sql`
    select key, value, version, changed_by as "changedBy",
      to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "changedAt"
    from settings where ${which}`);
  return rows;
}

function toState(key: SettingKey, kept: Kept | undefined): SettingState {
  const { group, title, describe, kind, byDefault } = SETTINGS[key];
  return {
    key,
    group,
    title,
    describe,
    kind,
    value: fitted(key, kept?.value),
    byDefault,
    changedAt: kept?.changedAt ?? null,
    changedBy: kept?.changedBy ?? null,
    etag: etagOf(kept?.version ?? 0),
  };
}
