import { List, Text } from '@mantine/core';
import type { GroupId, OrgId } from '@muster/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';
import { FilterProblem, isFilterProblem } from '../../filter/filter-problem.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import classes from './groups.module.css';

const WHO: Readonly<Record<'server' | 'operator' | 'device', string>> = {
  server: 'the server',
  operator: 'people who manage devices',
  device: 'the device itself',
};

type PreviewProps = {
  readonly query: string;
  readonly groupId: GroupId | undefined;
  readonly orgId: OrgId | undefined;
  readonly onMend: (query: string) => void;
};

/** What the query would mean now: how many, which, who would move, and who can change what it asks for. */
export function GroupPreview({ query, groupId, orgId, onMend }: PreviewProps) {
  const input = { query, ...(groupId ? { groupId } : {}), ...(orgId ? { orgId } : {}) };
  const read = useQuery(
    queries.groups.preview.queryOptions({
      ...{ input, enabled: query !== '', placeholderData: keepPreviousData, retry: false },
    }),
  );
  if (query === '')
    return (
      <div className={classes.preview}>
        <Text size="sm" c="dimmed">
          The devices that match appear here while you type.
        </Text>
      </div>
    );
  if (read.isError)
    return isFilterProblem(read.error) ? (
      <FilterProblem text={query} error={read.error} onApply={onMend} />
    ) : (
      <Failed error={read.error} onRetry={() => void read.refetch()} />
    );
  return (
    <section className={classes.preview} aria-label="Preview" aria-live="polite">
      {read.isPending ? <Loading lines={3} /> : <Found {...read.data} query={query} isChange={!!groupId} />}
    </section>
  );
}

type FoundProps = {
  readonly query: string;
  readonly isChange: boolean;
  readonly matching: number;
  readonly entering: number;
  readonly leaving: number;
  readonly sample: readonly { readonly id: string; readonly name: string }[];
  readonly fields: readonly { readonly name: string; readonly authority: keyof typeof WHO }[];
};

function Found({ query, isChange, matching, entering, leaving, sample, fields }: FoundProps) {
  const isClaimed = fields.some(({ authority }) => authority === 'device');
  return (
    <>
      <Text size="sm" fw={600}>
        {matching.toLocaleString()} {matching === 1 ? 'device matches' : 'devices match'}
        {isChange && `: ${entering.toLocaleString()} would enter, ${leaving.toLocaleString()} would leave`}
      </Text>
      <Text size="sm">
        {sample.map(({ name }) => name).join(', ')}
        {matching > sample.length && sample.length > 0 && ' and '}
        {matching > sample.length && (
          <PageLink to="/devices" search={{ q: query }} target="_blank">
            {(matching - sample.length).toLocaleString()} more (opens a new tab)
          </PageLink>
        )}
      </Text>
      <Text size="xs" c="dimmed" mt={6}>
        Who can move a device in or out:
      </Text>
      <List size="xs">
        {fields.map(({ name, authority }) => (
          <List.Item key={name}>
            <span className={classes.query}>{name}</span> is set by {WHO[authority]}
          </List.Item>
        ))}
      </List>
      {isClaimed && (
        <Text size="xs" c="dimmed">
          A device can enter by a claim of its own: no role can stand on this group, nor a setting that
          demands more trust.
        </Text>
      )}
    </>
  );
}
