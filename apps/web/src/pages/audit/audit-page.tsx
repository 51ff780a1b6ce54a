import { Button, Group } from '@mantine/core';
import type { AuditRow } from '@muster/contracts';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { List } from '../../list/list.tsx';
import { ListOptions } from '../../list/list-options.tsx';
import { pageAfter } from '../../list/read-all.ts';
import { readOn } from '../../list/show-more.tsx';
import { useListSettings } from '../../list/use-list-settings.ts';
import { useLiveState } from '../../live/live.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import classes from '../devices/devices.module.css';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditCommand } from './audit-search.ts';
import { whoText } from './audit-words.ts';
import { ProofMenu } from './proof-menu.tsx';
import { rowKey, useAudit } from './use-audit.ts';

const route = getRouteApi('/console/audit');

/** Who did what, to what, when and how it ended. */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const filter = route.useNavigate();
  const mayExport = useMay('audit:export');
  const { read, rows, hasNews, count } = useAudit(search);
  const settings = useListSettings<AuditRow>('audit', AUDIT_COLUMNS, rows);
  const isStale = useLiveState().name === 'reconnecting';
  const isSearch = Object.keys(search).length > 0;
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div className={classes.titleRow}>
          <PageTitle>Audit log</PageTitle>
          <Group gap={8} wrap="nowrap">
            <CopyCommand line={auditCommand(search)} />
            <ProofMenu mayExport={mayExport} log={search.log} />
            <ListOptions
              name="audit"
              settings={settings}
              readPage={(cursor, signal) => api.audit.list({ ...search, ...pageAfter(cursor) }, { signal })}
            />
          </Group>
        </div>
        <AuditFilters
          search={search}
          onChange={(part) => void filter({ search: (before) => ({ ...before, ...part }) })}
        />
      </div>
      {hasNews && (
        <div className={classes.notice} role="status">
          There are newer rows.
          <Button size="compact-xs" variant="subtle" onClick={() => void read.refetch()}>
            Show them
          </Button>
        </div>
      )}
      {read.isPending && <Loading lines={10} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.isSuccess && rows.length === 0 && (
        <Empty
          title={isSearch ? 'No row matches' : 'Nothing is logged yet'}
          text={
            isSearch
              ? 'Names and ids are looked up as they stand, in full.'
              : 'Every change, sign-in, refusal and command is a row here.'
          }
        />
      )}
      {rows.length > 0 && (
        <>
          <List
            label="Audit log"
            {...{ settings, rows, isStale }}
            rowId={rowKey}
            rowName={rowName}
            onOpen={({ log, index }) =>
              void navigate({ to: '/audit/$log/$index', params: { log, index: String(index) } })
            }
            total={count?.exact ? count.value : undefined}
            onEndNear={() => readOn(read)}
          />
          <div className={classes.foot}>
            <span>{count && `${count.exact ? '' : 'more than '}${count.value} rows`}</span>
          </div>
        </>
      )}
    </div>
  );
}

function rowName({ content }: AuditRow): string {
  return content ? `${content.action} by ${whoText(content)}` : 'an erased row';
}
