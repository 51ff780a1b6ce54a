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
  /** What it is a share of, for who hears it, where no column says so. */
  label?: string;
  missing: string;
}) {
  if (percent === null || percent === undefined) return <Missing because={missing} />;
  const tone = percent >= BAD_PERCENT ? 'bad' : percent >= WARN_PERCENT ? 'warn' : 'plain';
  return (
    <span className={classes.usage}>
      <span
        className={classes.track}
        data-tone={tone}
        aria-hidden
        style={{ backgroundSize: `${Math.min(100, Math.max(1, percent))}% 100%` }}
      />
      <span className={classes.usageText}>
        {formatPercent(percent)}
        {label && <span className={classes.hiddenText}> {label}</span>}
      </span>
    </span>
  );
}
