import type { OrgId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../../api/client.ts';
import { inScope } from '../../../filter/scope.ts';
import GroupDialog from '../../groups/group-dialog.tsx';

const route = getRouteApi('/console/devices');

/** Makes a smart group of what the list shows now: its filter, of the organisation or in the site of the scope. */
export default function GroupOfFilter({ onClose }: { onClose: () => void }) {
  const { q = '', scope } = route.useSearch();
  const sites = useQuery(queries.system.sites.queryOptions()).data?.items;
  if (!sites) return null;
  const [kind, id] = scope?.split(':') ?? [];
  const start =
    kind === 'site'
      ? { query: inScope(q, scope), orgId: sites.find((site) => site.id === id)?.orgId }
      : { query: q, orgId: id as OrgId | undefined };
  return <GroupDialog kind="smart" group={undefined} start={start} onClose={onClose} />;
}
