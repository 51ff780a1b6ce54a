import { Tooltip } from '@mantine/core';
import { useNow } from './clock.ts';
import { formatAbsolute, formatRelative } from './format.ts';
import { Missing } from './missing.tsx';

/** A moment, relative to now, with the absolute time on hover and focus. */
export function When({ at, missing }: { at: string | null; missing?: string }) {
  const now = useNow();
  if (at === null) return <Missing because={missing ?? 'not yet'} />;
  const moment = Date.parse(at);
  return (
    <Tooltip label={formatAbsolute(moment)}>
      <time dateTime={at}>{formatRelative(moment, now)}</time>
    </Tooltip>
  );
}
