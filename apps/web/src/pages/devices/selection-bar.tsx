import { Button, CloseButton } from '@mantine/core';
import type { DeviceRow } from '@muster/contracts';
import { lazy, Suspense, useState } from 'react';
import { LIFECYCLE_ACTIONS, type LifecycleAction } from '../../actions/lifecycle-actions.ts';
import { useMe } from '../../api/session.ts';
import type { Selection } from '../../list/use-selection.ts';
import classes from './devices.module.css';

const BulkDialog = lazy(() => import('./bulk-dialog.tsx'));
const TagDialog = lazy(() => import('./tag-dialog.tsx'));
const AddToGroup = lazy(() => import('../groups/add-to-group.tsx'));

/** What can be done with the selected rows. */
export function SelectionBar({ rows, selection }: { rows: readonly DeviceRow[]; selection: Selection }) {
  const [action, setAction] = useState<LifecycleAction>();
  const [isTagging, setTagging] = useState(false);
  const [isGrouping, setGrouping] = useState(false);
  const permissions = useMe()?.permissions ?? [];
  const selected = rows.filter((row) => selection.ids.has(row.id));
  const offered = LIFECYCLE_ACTIONS.filter(
    (one) => permissions.includes(one.permission) && selected.some((row) => one.from.includes(row.lifecycle)),
  );
  return (
    <section className={classes.bar} aria-label="Selected devices">
      <b role="status">{selected.length} selected</b>
      {offered.map((one) => (
        <Button
          key={one.name}
          size="compact-sm"
          variant="default"
          {...(one.isDestructive ? { c: 'var(--mantine-color-error)' } : {})}
          onClick={() => setAction(one)}
        >
          {one.verb}
        </Button>
      ))}
      {permissions.includes('devices:manage') && (
        <Button size="compact-sm" variant="default" onClick={() => setTagging(true)}>
          Tags
        </Button>
      )}
      {permissions.includes('groups:manage') && (
        <Button size="compact-sm" variant="default" onClick={() => setGrouping(true)}>
          Add to group
        </Button>
      )}
      <CloseButton aria-label="End the selection" size="sm" onClick={selection.clear} />
      {isTagging && (
        <Suspense>
          <TagDialog
            devices={selected}
            onClose={() => setTagging(false)}
            onDone={() => {
              setTagging(false);
              selection.clear();
            }}
          />
        </Suspense>
      )}
      {isGrouping && (
        <Suspense>
          <AddToGroup
            devices={selected}
            onClose={() => setGrouping(false)}
            onDone={() => {
              setGrouping(false);
              selection.clear();
            }}
          />
        </Suspense>
      )}
      {action && (
        <Suspense>
          <BulkDialog
            action={action}
            devices={selected}
            onClose={() => setAction(undefined)}
            onDone={() => {
              setAction(undefined);
              selection.clear();
            }}
          />
        </Suspense>
      )}
    </section>
  );
}
