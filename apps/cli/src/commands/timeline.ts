import { type DeviceId, type TimelineEntry, TimelineKind } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import type { Column } from '../output.ts';
import { getDevice, openSession, type Session } from '../session.ts';
import { readCount } from '../typed.ts';
import { readSince } from './inventory.ts';

const PAGE = 500;
const ASK_AGAIN_MS = 2_000;
/** An entry is told of up to this much later than it happened. */
const LATE_MS = 10_000;
/** How long a command that has not ended is looked at again. */
const OPEN_MS = 3_600_000;

const columns: readonly Column<TimelineEntry>[] = [
  { title: 'time', value: (row) => row.at },
  { title: 'kind', value: (row) => row.kind },
  { title: 'what', value: (row) => row.title },
  { title: 'who', value: (row) => row.actor ?? '–' },
  { title: 'detail', value: (row) => row.detail },
];

/** `muster timeline`: everything that happened to a device, in one order. */
export function addTimeline(program: Command): void {
  program
    .command('timeline <device>')
    .description('everything that happened to a device, newest first')
    .option('--kind <kinds>', `with commas between them: ${TimelineKind.options.join(', ')}`)
    .option('--since <time>', 'not before: 2026-01-31, 2026-01-31T12:00Z, or an age such as 12h or 7d')
    .option('--until <time>', 'before, given as for --since')
    .option('--search <words>', 'only entries that contain each word')
    .option('--limit <n>', 'how many', '50')
    .option('--follow', 'newest last, and go on with what happens, until Ctrl-C')
    .option('--json', 'print JSON; with --follow a line for each entry')
    .action(timeline);
}

type TimelineOptions = {
  kind?: string;
  since?: string;
  until?: string;
  search?: string;
  limit: string;
  follow?: boolean;
  json?: boolean;
};

/** What is looked for, as the server takes it. */
type Wanted = { deviceId: DeviceId; kinds?: string; until?: string; search?: string };

async function timeline(name: string, options: TimelineOptions): Promise<void> {
  const limit = readCount(options.limit, '--limit', PAGE);
  const since = options.since === undefined ? undefined : readSince(options.since);
  const until = options.until === undefined ? undefined : readUntil(options.until, options);
  const kinds = options.kind === undefined ? undefined : readKinds(options.kind);
  const session = openSession(options);
  const { id: deviceId, hostname } = await getDevice(session.client, name);
  const wanted: Wanted = {
    deviceId,
    ...(kinds === undefined ? {} : { kinds }),
    ...(until === undefined ? {} : { until }),
    ...(options.search === undefined ? {} : { search: options.search }),
  };
  const { items, hidden, hasMore } = await newest(session, { ...wanted, since }, limit);
  for (const { kind, permission } of hidden)
    session.output.note(`Entries of the kind ${kind} are left out: they need ${permission}.`);
  if (options.follow) return follow(session, { wanted, since, seen: items });
  session.output.list(items, columns, `Nothing of that kind happened to ${hostname} in that time.`);
  if (hasMore)
    session.output.note(`There are older ones; raise --limit (at most ${PAGE}) or set --until or --search.`);
}

type Found = {
  items: TimelineEntry[];
  hidden: { kind: TimelineKind; permission: string }[];
  hasMore: boolean;
};

/** A search looks through some thousand entries a request: it goes on until there are enough, or no older ones. */
async function newest(
  { client }: Session,
  wanted: Wanted & { since: string | undefined },
  limit: number,
): Promise<Found> {
  const items: TimelineEntry[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.timeline.ofDevice({ ...wanted, cursor, limit: limit - items.length });
    items.push(...page.items);
    cursor = page.next ?? undefined;
    if (cursor === undefined || items.length === limit)
      return { items, hidden: page.hidden, hasMore: cursor !== undefined };
  }
}

type Following = {
  readonly wanted: Wanted;
  readonly since: string | undefined;
  readonly seen: readonly TimelineEntry[];
};

/** Prints what comes; an entry whose words have changed, as a command's do when it ends, is printed again. */
async function follow(session: Session, { wanted, since, seen }: Following): Promise<void> {
  const told = new Map<string, TimelineEntry>();
  const tell = (entries: readonly TimelineEntry[]) => {
    for (const entry of entries.toReversed()) {
      if (told.get(entry.id)?.detail === entry.detail) continue;
      told.set(entry.id, entry);
      session.output.item(entry, lineOf(entry));
    }
  };
  tell(seen);
  const first = seen.at(-1)?.at ?? since;
  for (;;) {
    await Bun.sleep(ASK_AGAIN_MS);
    const from = latest(first, overlap([...told.values()]));
    for (const [id, { at }] of told) if (from !== undefined && at < from) told.delete(id);
    tell(await allSince(session, wanted, from));
  }
}

/** Everything since a moment, newest first; where there is no moment yet, the newest page. */
async function allSince(
  { client }: Session,
  wanted: Wanted,
  since: string | undefined,
): Promise<TimelineEntry[]> {
  const items: TimelineEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.timeline.ofDevice({ ...wanted, since, cursor, limit: PAGE });
    items.push(...page.items);
    cursor = since === undefined ? undefined : (page.next ?? undefined);
  } while (cursor !== undefined);
  return items;
}

/** From when on to ask again: the newest less what may come late, or the command that may still end. */
function overlap(told: readonly TimelineEntry[]): string | undefined {
  if (told.length === 0) return undefined;
  const newest = Math.max(...told.map(({ at }) => Date.parse(at)));
  const open = told
    .filter(({ kind, tone, at }) => kind === 'command' && tone === null && Date.parse(at) > newest - OPEN_MS)
    .map(({ at }) => Date.parse(at));
  return new Date(Math.min(newest - LATE_MS, ...open)).toISOString();
}

function latest(...times: (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

function lineOf({ at, kind, title, detail, actor }: TimelineEntry): string {
  const who = actor === null ? '' : ` (${actor})`;
  return `${at}  ${kind.padEnd(9)}  ${title}${detail === '' ? '' : `: ${detail}`}${who}`;
}

function readKinds(text: string): string {
  const words = text.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !TimelineKind.safeParse(word).success);
  if (wrong === undefined) return words.join(',');
  throw new Failure(EXIT.usage, `There is no kind “${wrong}”; there are ${TimelineKind.options.join(', ')}.`);
}

function readUntil(text: string, { follow }: TimelineOptions): string {
  if (follow)
    throw new Failure(EXIT.usage, '--follow goes on with what happens; leave out --until, which ends it.');
  try {
    return readSince(text);
  } catch {
    throw new Failure(
      EXIT.usage,
      `--until takes a time such as 2026-01-31T12:00Z or an age such as 12h or 7d, not “${text}”.`,
    );
  }
}
