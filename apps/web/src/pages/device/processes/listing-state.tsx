import { Button } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { hasEnded } from '../../../actions/follow-command.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { When } from '../../../parts/when.tsx';
import classes from './processes.module.css';
import type { Listing } from './use-processes.ts';

type ListingStateProps = { readonly device: Device; readonly listing: Listing; readonly isThere: boolean };

/** How fresh the list is, and what keeps it from being fresher. */
export function ListingState({ device, listing, isThere }: ListingStateProps) {
  const { snapshot, command, retry } = listing;
  const isBroken = command !== undefined && hasEnded(command) && command.state !== 'succeeded';
  return (
    <div className={classes.state} role="status">
      <span>
        {snapshot ? <Counted snapshot={snapshot} isThere={isThere} /> : <Asked listing={listing} />}
      </span>
      {isThere && isBroken && (
        <>
          <span className={classes.broken}>
            Listing ended as {command.state}
            {command.error ? `: ${command.error.message}` : '.'}{' '}
            <PageLink to="/commands/$commandId" params={{ commandId: command.id }} size="sm">
              Its record
            </PageLink>
          </span>
          <Button size="compact-xs" variant="default" onClick={retry}>
            List again
          </Button>
        </>
      )}
      <span className={classes.copy}>
        <CopyCommand line={`muster processes list ${device.id}`} />
      </span>
    </div>
  );
}

function Counted({ snapshot, isThere }: { snapshot: NonNullable<Listing['snapshot']>; isThere: boolean }) {
  const { total = snapshot.processes.length, processes, takenAt } = snapshot;
  return (
    <>
      {total} processes, seen <When at={takenAt} />
      {total > processes.length && `; the ${processes.length} that do most were told`}
      {!isThere && '; the device is away, and what is asked of it now waits until it is back'}
    </>
  );
}

function Asked({ listing: { command } }: { listing: Listing }) {
  if (command?.state === 'queued') {
    return (
      <>
        Waiting for the device; given up <When at={command.deliverBy} />
      </>
    );
  }
  return <>Asking the device…</>;
}
