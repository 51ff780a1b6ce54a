import type { FleetProblem } from '@muster/contracts';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconClockFilled,
  IconSquareXFilled,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../parts/panel.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import classes from './overview.module.css';

type Look = Parameters<typeof StateMark>[0]['look'];

const bad = (word: string): Look => ({ word, tone: 'bad', Shape: IconSquareXFilled });
const warn = (word: string): Look => ({ word, tone: 'warn', Shape: IconAlertTriangleFilled });

const LOOKS: Readonly<Record<FleetProblem, Look>> = {
  pending: { word: 'Wait for approval', tone: 'warn', Shape: IconClockFilled },
  unresponsive: warn('Unresponsive'),
  away: bad('Offline for more than 7 days'),
  'disk-full': bad('A disk with less than 10 % free'),
  'memory-full': warn('Memory above 95 %'),
  'firewall-off': bad('A firewall is off'),
  'antivirus-off': bad('Antivirus is off'),
  'stale-inventory': warn('Online, inventory older than 2 days'),
  suspended: { word: 'Suspended', tone: 'quiet', Shape: IconClockFilled },
};

const FINE: Look = {
  word: 'Nothing that is looked for here is wrong.',
  tone: 'good',
  Shape: IconCircleCheckFilled,
};

type ProblemsProps = {
  readonly problems: readonly {
    readonly problem: FleetProblem;
    readonly count: number;
    readonly query: string;
  }[];
  readonly scope: string | undefined;
};

/** What is wrong, most devices first. */
export function Problems({ problems, scope }: ProblemsProps) {
  return (
    <Panel title="Top problems">
      {problems.length === 0 && <StateMark look={FINE} />}
      <ul className={classes.rows} aria-label="Top problems">
        {problems.map(({ problem, count, query }) => (
          <li key={problem}>
            <Link to="/devices" search={{ q: query, scope }} className={classes.row}>
              <StateMark look={LOOKS[problem]} />
              <b className={classes.count}>{count.toLocaleString()}</b>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
