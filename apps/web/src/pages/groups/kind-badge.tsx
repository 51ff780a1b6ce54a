import { Badge } from '@mantine/core';
import type { Group } from '@muster/contracts';
import classes from './groups.module.css';

/** Whether people or a query say what is in the group. */
export function KindBadge({ kind }: { kind: Group['kind'] }) {
  return (
    <Badge className={classes.kind ?? ''} size="sm" variant="default">
      {kind === 'smart' ? 'Smart' : 'Static'}
    </Badge>
  );
}
