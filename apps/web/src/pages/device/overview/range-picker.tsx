import { Button, Popover, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { IconPointFilled } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { live } from '../../../live/live.ts';
import { formatStretch } from '../../../parts/format.ts';
import classes from './overview.module.css';
import { RANGES } from './time-range.ts';

const route = getRouteApi('/console/devices/$deviceId/');

/** Which stretch of time all charts show; it is in the URL. */
export function RangePicker({ isLive }: { isLive: boolean }) {
  const { range = 'live', from, to } = route.useSearch();
  const shown = range === 'custom' && from && to ? { from, to } : undefined;
  const navigate = route.useNavigate();
  return (
    <div className={classes.range}>
      <SegmentedControl
        size="xs"
        aria-label="Time range"
        data={RANGES.map(({ value, label }) => ({ value, label }))}
        value={range}
        onChange={(value) =>
          void navigate({ search: value === 'live' ? {} : { range: value }, replace: true })
        }
      />
      <CustomRange
        // What was typed for another stretch is not meant for this one.
        key={`${from}/${to}`}
        shown={shown}
        onPick={(from, to) => void navigate({ search: { range: 'custom', from, to }, replace: true })}
      />
      {isLive && (
        <span className={classes.following}>
          <IconPointFilled size={14} aria-hidden />
          each second
        </span>
      )}
    </div>
  );
}

type CustomRangeProps = {
  /** The stretch that is shown where none of the named ones is. */
  readonly shown: { readonly from: string; readonly to: string } | undefined;
  readonly onPick: (from: string, to: string) => void;
};

function CustomRange({ shown, onPick }: CustomRangeProps) {
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState(() =>
    toLocal(shown ? Date.parse(shown.from) : live.serverNow() - 3_600_000),
  );
  const [to, setTo] = useState(() => toLocal(shown ? Date.parse(shown.to) : live.serverNow()));
  const isOrdered = Date.parse(from) < Date.parse(to);
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus shadow="md" position="bottom-start">
      <Popover.Target>
        <Button size="xs" variant={shown ? 'light' : 'default'} onClick={() => setOpen(!isOpen)}>
          {shown ? formatStretch(Date.parse(shown.from), Date.parse(shown.to)) : 'Custom'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isOrdered) return;
            setOpen(false);
            onPick(new Date(from).toISOString(), new Date(to).toISOString());
          }}
        >
          <Stack gap="xs">
            <TextInput
              label="From"
              type="datetime-local"
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              label="To"
              type="datetime-local"
              value={to}
              error={isOrdered ? null : 'Must be later than the start'}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
            <Button type="submit" size="xs" disabled={!isOrdered}>
              Show
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** As the browser's own field wants it: this zone's time, to the minute. */
function toLocal(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
