import { useNow } from './clock.ts';
import { formatAbsolute, formatRelative } from './format.ts';
import { Missing } from './missing.tsx';

/** A moment, relative to now, with the absolute time on hover. Lists hold hundreds: it stays one plain element. */
export function When({ at, missing }: { at: string | null; missing?: string }) {
  const now = useNow();
  if (at === null) return <Missing because={missing ?? 'not yet'} />;
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={formatAbsolute(moment)}>
      {formatRelative(moment, now)}
    </time>
  );
}
