import type { CountedValue, Presence } from '@muster/contracts';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../parts/panel.tsx';
import { PRESENCE_LOOKS, StateMark } from '../../parts/state-mark.tsx';
import classes from './overview.module.css';

type StatesProps = {
  readonly total: number;
  readonly states: readonly CountedValue[];
  readonly scope: string | undefined;
};

/** How many devices are in which state, as one bar and as numbers. */
export function States({ total, states, scope }: StatesProps) {
  const shown = states.filter(({ count, value }) => count > 0 || value === 'online' || value === 'offline');
  const all = (
    <Link to="/devices" search={{ q: 'lifecycle = active', scope }} className={classes.total}>
      {total.toLocaleString()} {total === 1 ? 'device' : 'devices'}
    </Link>
  );
  return (
    <section className={classes.wide}>
      <Panel title="States" aside={all}>
        <div className={classes.stack} aria-hidden>
          {shown.map(({ value, count }) =>
            count === 0 ? null : (
              <span
                key={value}
                data-tone={PRESENCE_LOOKS[value as Presence].tone}
                style={{ flexGrow: count, minWidth: 3 }}
              />
            ),
          )}
        </div>
        <ul className={classes.states}>
          {shown.map(({ value, count, query }) => (
            <li key={value}>
              <Link to="/devices" search={{ q: query, scope }} className={classes.state}>
                <b className={classes.big}>{count.toLocaleString()}</b>
                <StateMark look={PRESENCE_LOOKS[value as Presence]} />
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </section>
  );
}
