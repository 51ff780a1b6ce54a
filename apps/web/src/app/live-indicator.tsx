import { Tooltip } from '@mantine/core';
import { IconCircleDashed, IconPlugConnectedX, IconPointFilled } from '@tabler/icons-react';
import { useLiveState } from '../live/live.ts';
import { useNow } from '../parts/clock.ts';
import { formatDuration } from '../parts/format.ts';
import classes from './shell.module.css';

/** Whether what is shown is live, and if not, since when it is old. */
export function LiveIndicator() {
  const state = useLiveState();
  if (state.name === 'connected') {
    return (
      <Tooltip label="Changes are shown as they happen">
        <span className={classes.live} data-state="connected" role="status">
          <IconPointFilled size={16} aria-hidden />
          <span>Live</span>
        </span>
      </Tooltip>
    );
  }
  if (state.name === 'connecting') {
    return (
      <span className={classes.live} data-state="connecting" role="status">
        <IconCircleDashed size={14} aria-hidden />
        <span>Connecting</span>
      </span>
    );
  }
  return <Stale since={state.since} />;
}

function Stale({ since }: { since: number }) {
  const now = useNow();
  return (
    <Tooltip label="The connection to the server was lost; it is tried again and again">
      <span className={classes.live} data-state="reconnecting" role="status">
        <IconPlugConnectedX size={15} aria-hidden />
        <span>Reconnecting · stale since {formatDuration(now - since)}</span>
      </span>
    </Tooltip>
  );
}
