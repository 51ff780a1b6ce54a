import type { CustomField, OrgId } from '@muster/contracts';
import type { Field } from '@muster/query';
import type { Database } from '../../platform/db/index.ts';
import { readAllDefinitions } from './db/definitions.ts';
import { queryFieldsOf } from './domain/query-fields.ts';

/** The custom fields as the query language knows them, in memory: compiling a query asks the database nothing. */
export interface FieldCatalogue {
  /** The fields for who sees these organisations; the same array until a definition changes. */
  of(orgIds: readonly OrgId[]): readonly Field[];
  /** Reads the definitions that are committed now. */
  refresh(): Promise<void>;
  /** Follows changes, also of other processes. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const NONE: readonly Field[] = [];
/** Sets of organisations that are remembered: scopes are few beside the requests made in them. */
const MOST_SCOPES = 200;

/** Wires the catalogue; it is empty until `refresh` or `start`. */
export function createFieldCatalogue(deps: {
  readonly database: Database;
  readonly onError: (error: unknown, part: string) => void;
}): FieldCatalogue {
  let byOrg = new Map<OrgId, CustomField[]>();
  let built = new Map<string, readonly Field[]>();
  let unlisten: (() => Promise<void>) | undefined;
  let reading = Promise.resolve();
  const read = async () => {
    const definitions = await deps.database.system('fields', readAllDefinitions);
    const next = new Map<OrgId, CustomField[]>();
    for (const one of definitions) next.set(one.orgId, [...(next.get(one.orgId) ?? []), one]);
    byOrg = next;
    built = new Map();
  };
  // One after the other, so that an older answer never replaces a newer one.
  const refresh = () => {
    reading = reading.then(read, read);
    return reading;
  };
  return {
    of: (orgIds) => {
      if (byOrg.size === 0) return NONE;
      const own = [...byOrg.keys()].filter((orgId) => orgIds.includes(orgId));
      if (own.length === 0) return NONE;
      const key = own.join(' ');
      const known = built.get(key);
      if (known) return known;
      const fields = queryFieldsOf(own.flatMap((orgId) => byOrg.get(orgId) ?? []));
      if (built.size >= MOST_SCOPES) built.clear();
      built.set(key, fields);
      return fields;
    },
    refresh,
    start: async () => {
      await refresh();
      unlisten = deps.database.listen('muster_fields', () => {
        refresh().catch((error) => deps.onError(error, 'fields'));
      });
    },
    stop: async () => {
      await unlisten?.();
      await reading.catch(() => undefined);
    },
  };
}
