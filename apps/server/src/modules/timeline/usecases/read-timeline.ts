import type { DeviceId, TimelineEntry, TimelineKind } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { readAuditRows } from '../db/audit-rows.ts';
import { readChanges } from '../db/changes.ts';
import { readCommands } from '../db/commands.ts';
import { readEvents } from '../db/events.ts';
import type { SourcePage } from '../db/source.ts';
import { type DeviceEvent, KIND_OF_EVENT } from '../domain/event-words.ts';
import {
  mergeNewest,
  type Place,
  type Placed,
  placeBefore,
  readCursor,
  writeCursor,
} from '../domain/place.ts';
import type { TimelineDeps } from '../timeline-deps.ts';
import { findKinds, type OpenKinds } from './find-kinds.ts';

export type TimelineInput = {
  readonly deviceId: DeviceId;
  readonly kinds?: readonly TimelineKind[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly search: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type TimelinePage = {
  items: TimelineEntry[];
  next: string | null;
  hidden: OpenKinds['hidden'];
  searchedTo: string | null;
};

/** A search reads so many entries at once, and looks through so many a request. */
const SEARCHED_AT_ONCE = 500;
const SEARCHED_AT_MOST = 3_000;

/** A page of what happened to a device, newest first, as far as the reader may know. */
export async function readTimeline(
  deps: TimelineDeps,
  actor: Actor,
  input: TimelineInput,
): Promise<TimelinePage> {
  const scope = requirePermission(actor, 'devices:read');
  const start = input.cursor === undefined ? placeBefore(input.until) : readCursor(input.cursor);
  return deps.database.transaction(scope, async (tx) => {
    await deps.mustExist(tx, scope, input.deviceId);
    const open = await findKinds(tx, actor, input.deviceId);
    const read = (behind: Place, limit: number) => readNewest(tx, open, { ...input, behind, limit });
    const found = await (input.search === ''
      ? readPage(read, start, input.limit)
      : searchPage(read, start, { limit: input.limit, words: wordsOf(input.search) }));
    return { ...found, hidden: open.hidden };
  });
}

type Read = (behind: Place, limit: number) => Promise<Placed[]>;
type Found = Omit<TimelinePage, 'hidden'>;

async function readPage(read: Read, start: Place, limit: number): Promise<Found> {
  const rows = await read(start, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ entry }) => entry),
    next: last && rows.length > limit ? writeCursor(last.place) : null,
    searchedTo: null,
  };
}

/** Entries are searched as they are read, by the words that people see; so it goes on for a while and then stops. */
async function searchPage(
  read: Read,
  start: Place,
  { limit, words }: { readonly limit: number; readonly words: readonly string[] },
): Promise<Found> {
  const items: TimelineEntry[] = [];
  let behind = start;
  for (let looked = 0; looked < SEARCHED_AT_MOST; ) {
    const rows = await read(behind, SEARCHED_AT_ONCE);
    for (const { entry, place } of rows) {
      looked += 1;
      behind = place;
      if (isAbout(entry, words)) items.push(entry);
      if (items.length === limit) return { items, next: writeCursor(behind), searchedTo: null };
    }
    if (rows.length < SEARCHED_AT_ONCE) return { items, next: null, searchedTo: null };
  }
  return { items, next: writeCursor(behind), searchedTo: new Date(behind.atUs / 1_000).toISOString() };
}

const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/);

function isAbout({ title, detail, actor }: TimelineEntry, words: readonly string[]): boolean {
  const text = `${title} ${detail} ${actor ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

type Wanted = SourcePage & { readonly kinds?: readonly TimelineKind[] | undefined };

async function readNewest(tx: Tx, { scopes }: OpenKinds, wanted: Wanted): Promise<Placed[]> {
  const scopeOf = (kind: TimelineKind) =>
    wanted.kinds === undefined || wanted.kinds.includes(kind) ? scopes.get(kind) : undefined;
  const types = (Object.keys(KIND_OF_EVENT) as DeviceEvent[]).filter((type) => scopeOf(KIND_OF_EVENT[type]));
  const [commands, audit] = [scopeOf('command'), scopeOf('audit')];
  const eventScope = scopes.get('state');
  const sources = [
    eventScope && types.length > 0 ? await readEvents(tx, eventScope, { ...wanted, types }) : [],
    commands ? await readCommands(tx, commands, wanted) : [],
    scopeOf('inventory') ? await readChanges(tx, wanted) : [],
    audit
      ? await readAuditRows(tx, { ...wanted, orgIds: audit.orgIds, withCommands: !scopes.has('command') })
      : [],
  ];
  return mergeNewest(sources, wanted.limit);
}
