import { formatPercent } from './format.ts';
import { Missing } from './missing.tsx';
import classes from './parts.module.css';

const WARN_PERCENT = 75;
const BAD_PERCENT = 90;

/** A share of something full, as a bar with its number. */
export function UsageBar({
  percent,
  label,
  missing,
}: {
  percent: number | null | undefined;
  label: string;
  missing: string;
}) {
  if (percent === null || percent === undefined) return <Missing because={missing} />;
  const tone = percent >= BAD_PERCENT ? 'bad' : percent >= WARN_PERCENT ? 'warn' : 'plain';
  return (
    <span className={classes.usage}>
      <span className={classes.track} aria-hidden>
        <span
          className={classes.fill}
          data-tone={tone}
          style={{ width: `${Math.min(100, Math.max(1, percent))}%` }}
        />
      </span>
      <span className={classes.usageText}>
        {formatPercent(percent)}
        <span className={classes.hiddenText}> {label}</span>
      </span>
    </span>
  );
}
