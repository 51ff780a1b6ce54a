import { getRouteApi } from '@tanstack/react-router';
import { PageTitle } from '../../app/page-title.tsx';
import { inScope } from '../../filter/scope.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import pageClasses from '../page.module.css';
import { Bars } from './bars.tsx';
import { LongestAway } from './longest-away.tsx';
import classes from './overview.module.css';
import { Problems } from './problems.tsx';
import { States } from './states.tsx';
import { useOverview } from './use-overview.ts';

const route = getRouteApi('/console/');

/** The whole fleet in one look: its states, what is wrong, what it consists of; each number leads to its devices. */
export function OverviewPage() {
  const { scope } = route.useSearch();
  const query = inScope('', scope);
  const read = useOverview(query);
  if (read.isPending) return <Loading lines={12} />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  const { total, states, systems, versions, agents, problems } = read.data;
  return (
    <div className={pageClasses.page} data-stale={read.isPlaceholderData}>
      <div className={classes.head}>
        <PageTitle>Overview</PageTitle>
        <CopyCommand line="muster devices overview" />
      </div>
      {total === 0 && problems.length === 0 ? (
        <Empty title="No devices yet" text="What is wrong, and what the fleet consists of, is seen here.">
          <PageLink to="/enrolment">Add your first device</PageLink>
        </Empty>
      ) : (
        <div className={classes.grid}>
          <States total={total} states={states} scope={scope} />
          <Problems problems={problems} scope={scope} />
          <LongestAway scope={scope} />
          <div className={classes.column}>
            <Panel title="Systems">
              <Bars label="Systems" counted={systems} total={total} scope={scope} />
            </Panel>
            <Panel title="Versions of the agent">
              <Bars label="Versions of the agent" counted={agents} total={total} scope={scope} />
            </Panel>
          </div>
          <Panel title="Versions of systems">
            <Bars label="Versions of systems" counted={versions} total={total} scope={scope} />
          </Panel>
        </div>
      )}
    </div>
  );
}
