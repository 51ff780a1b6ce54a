import { Text } from '@mantine/core';
import type { CountedValue } from '@muster/contracts';
import { Link } from '@tanstack/react-router';
import classes from './overview.module.css';

type BarsProps = {
  readonly label: string;
  readonly counted: { readonly top: readonly CountedValue[]; readonly others: number };
  readonly total: number;
  readonly scope: string | undefined;
};

/** Values by how many devices have them, each a bar of its share. */
export function Bars({ label, counted: { top, others }, total, scope }: BarsProps) {
  return (
    <>
      <ul className={classes.bars} aria-label={label}>
        {top.map(({ value, count, query }) => (
          <li key={value}>
            <Link to="/devices" search={{ q: query, scope }} className={classes.bar}>
              <span className={classes.value}>{value}</span>
              <span className={classes.count}>{count.toLocaleString()}</span>
              <span className={classes.track} aria-hidden>
                <span style={{ width: `${(count / Math.max(1, total)) * 100}%` }} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {others > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {others.toLocaleString()} {others === 1 ? 'has' : 'have'} another, or have told of none.
        </Text>
      )}
    </>
  );
}
