import type { Device, TimelineEntry } from '@muster/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { musterLine } from '../../../actions/muster-line.ts';
import { type PagedRead, readOn, ShowMore } from '../../../list/show-more.tsx';
import { useNow } from '../../../parts/clock.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { When } from '../../../parts/when.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import { byDay, dayText } from './by-day.ts';
import { EntryLine } from './entry-line.tsx';
import classes from './timeline.module.css';
import { TimelineFilters } from './timeline-filters.tsx';
import { askedOf, type TimelineSearch } from './timeline-search.ts';
import { useEntryKeys } from './use-entry-keys.ts';
import { useTimeline } from './use-timeline.ts';

const route = getRouteApi('/console/devices/$deviceId/timeline');

/** Everything that happened to the machine, newest first. */
export function TimelineTab() {
  const device = useDevice().data;
  return device ? <Timeline device={device} /> : <Loading />;
}

function Timeline({ device }: { device: Device }) {
  const search = route.useSearch();
  const { read, entries, last } = useTimeline(device, search);
  const isSearch = Object.values(askedOf(search)).some((part) => part !== undefined);
  return (
    <div className={pageClasses.page}>
      <div className={classes.tools}>
        <TimelineFilters hidden={last?.hidden ?? []} />
        <CopyCommand line={commandLine(device, search)} />
      </div>
      {read.isPending && <Loading lines={10} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {last && entries.length === 0 && !read.hasNextPage && (
        <Empty
          title={isSearch ? 'Nothing like that happened' : 'Nothing happened yet'}
          text={
            isSearch
              ? 'Other words, kinds or days may find more.'
              : 'Each state, command and change of this device is told here as it happens.'
          }
        />
      )}
      {entries.length > 0 && <Days entries={entries} />}
      {read.hasNextPage && <Older pages={read} searchedTo={last?.searchedTo ?? null} />}
      {last && entries.length > 0 && !read.hasNextPage && (
        <p className={classes.end}>{isSearch ? 'That is all that matches.' : 'That is all.'}</p>
      )}
    </div>
  );
}

function Days({ entries }: { entries: readonly TimelineEntry[] }) {
  const now = useNow();
  const list = useRef<HTMLDivElement>(null);
  useEntryKeys(list);
  const days = useMemo(() => byDay(entries), [entries]);
  return (
    <div ref={list}>
      {days.map(({ day, entries: ofDay }) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={classes.day}>
            {dayText(day, now)}
          </h2>
          <ol className={classes.entries}>
            {ofDay.map((entry) => (
              <EntryLine key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

type OlderProps = { readonly pages: PagedRead; readonly searchedTo: string | null };

/** Reads on when it comes into sight; a search that found too little says how far it looked, and waits to be asked. */
function Older({ pages, searchedTo }: OlderProps) {
  const place = useRef<HTMLDivElement>(null);
  const ask = useEffectEvent(() => readOn(pages));
  const isByItself = searchedTo === null && !pages.isFetchingNextPage;
  useEffect(() => {
    if (!isByItself || !place.current) return;
    const sight = new IntersectionObserver(([seen]) => seen?.isIntersecting && ask(), {
      rootMargin: '600px',
    });
    sight.observe(place.current);
    return () => sight.disconnect();
  }, [isByItself]);
  return (
    <div ref={place} className={classes.older}>
      {searchedTo !== null && (
        <span role="status">
          Looked back to <When at={searchedTo} />.
        </span>
      )}
      <ShowMore of={pages} label={searchedTo === null ? 'Show older' : 'Look further back'} />
    </div>
  );
}

function commandLine({ id }: Device, search: TimelineSearch): string {
  const { kinds: kind, ...asked } = askedOf(search);
  return musterLine('timeline', [id], { kind, ...asked });
}
