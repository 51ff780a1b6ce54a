import { Tooltip, UnstyledButton } from '@mantine/core';
import type { Presence } from '@muster/contracts';
import { textOfChips } from '@muster/query';
import { chipsIn, hasTerm, toggleTerm } from '../../filter/query-chips.ts';
import { inScope } from '../../filter/scope.ts';
import { lookOf, PRESENCE_LOOKS, StateMark } from '../../parts/state-mark.tsx';
import classes from './devices.module.css';
import { useSummary } from './use-summary.ts';

const PRESENCES: readonly Presence[] = ['online', 'unresponsive', 'offline', 'unknown'];

type StateCountsProps = {
  readonly text: string;
  /** Narrows what is counted; see filter/scope.ts. */
  readonly scope: string | undefined;
  readonly onApply: (text: string) => void;
};

/** How many are in which state, for the rest of the query; a click filters by the state. */
export function StateCounts({ text, scope, onApply }: StateCountsProps) {
  const rest = textOfChips(chipsIn(text).filter(({ field }) => field !== 'status' && field !== 'lifecycle'));
  const { presence, lifecycle, total } = useSummary(inScope(rest, scope));
  const pending = lifecycle.pending ?? 0;
  return (
    <fieldset className={classes.counts} aria-label="Devices by state">
      <Count
        count={total}
        isOn={!chipsIn(text).some(({ field }) => field === 'status' || field === 'lifecycle')}
        onClick={() => onApply(rest)}
      >
        <span>All</span>
      </Count>
      {PRESENCES.filter((one) => one !== 'unknown' || (presence.unknown ?? 0) > 0).map((one) => (
        <Count
          key={one}
          count={total === undefined ? undefined : (presence[one] ?? 0)}
          isOn={hasTerm(text, 'status', one)}
          onClick={() => onApply(toggleTerm(text, 'status', one))}
        >
          <StateMark look={PRESENCE_LOOKS[one]} />
        </Count>
      ))}
      {pending > 0 && (
        <Count
          count={pending}
          isOn={hasTerm(text, 'lifecycle', 'pending')}
          onClick={() => onApply(toggleTerm(text, 'lifecycle', 'pending'))}
        >
          <StateMark look={lookOf({ lifecycle: 'pending', presence: 'unknown' })} />
        </Count>
      )}
    </fieldset>
  );
}

type CountProps = {
  readonly count: number | undefined;
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
};

function Count({ count, isOn, onClick, children }: CountProps) {
  return (
    <Tooltip label={isOn ? 'Shown now' : 'Show only these'}>
      <UnstyledButton className={classes.count} aria-pressed={isOn} onClick={onClick}>
        {children}
        <b>{count?.toLocaleString() ?? '–'}</b>
      </UnstyledButton>
    </Tooltip>
  );
}
