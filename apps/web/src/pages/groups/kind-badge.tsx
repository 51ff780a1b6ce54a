import { Badge } from '@mantine/core';
import type { Group } from '@muster/contracts';

/** Whether people or a query say what is in the group. */
export function KindBadge({ kind }: { kind: Group['kind'] }) {
  return (
    <Badge size="sm" variant="default">
      {kind === 'smart' ? 'Smart' : 'Static'}
    </Badge>
  );
}
