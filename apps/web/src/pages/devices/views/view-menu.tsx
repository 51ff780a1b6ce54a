import { Menu } from '@mantine/core';
import type { SavedView } from '@muster/contracts';
import { Fragment, lazy, Suspense, useState } from 'react';
import { useMay } from '../../../api/session.ts';
import type { OnDemandTarget } from '../../../parts/on-demand-menu.tsx';
import { isChanged, useViews } from './use-views.ts';
import { useChangeView, useRemoveView } from './view-actions.tsx';
import type { ViewTask } from './view-dialog.tsx';
import type { ViewedList } from './viewed-list.ts';
import classes from './views.module.css';

const ViewDialog = lazy(() => import('./view-dialog.tsx'));
const GroupOfFilter = lazy(() => import('./group-of-filter.tsx'));

type ViewMenuProps = OnDemandTarget & { readonly list: ViewedList; readonly view: SavedView | undefined };

/** All views, and what can be done with the one that is open. */
export default function ViewMenu({ list, view, target }: ViewMenuProps) {
  const [task, setTask] = useState<ViewTask>();
  const [isGrouping, setGrouping] = useState(false);
  const mayGroup = useMay('groups:manage') && list.query.trim() !== '';
  return (
    <>
      <Menu
        position="bottom-end"
        shadow="md"
        width={270}
        defaultOpened
        withinPortal={false}
        // It stands in the menu as an element that no menu may hold; the first key finds the first item without it.
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>{target}</Menu.Target>
        <Menu.Dropdown className={classes.menu}>
          <Choices list={list} />
          <Menu.Divider />
          <Menu.Item onClick={() => setTask({ kind: 'save' })}>Save as a new view…</Menu.Item>
          {mayGroup && <Menu.Item onClick={() => setGrouping(true)}>Make a smart group of it…</Menu.Item>}
          {view && <OpenView {...{ list, view }} onTask={setTask} />}
          {list.viewId !== undefined && (
            <Menu.Item onClick={() => list.open(undefined)}>Close the view</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isGrouping && (
        <Suspense>
          <GroupOfFilter onClose={() => setGrouping(false)} />
        </Suspense>
      )}
      {task && (
        <Suspense>
          <ViewDialog {...{ task, list, view }} onClose={() => setTask(undefined)} />
        </Suspense>
      )}
    </>
  );
}

function Choices({ list }: { list: ViewedList }) {
  const views = useViews(true);
  if (views.isPending) return <Menu.Item disabled>Reading the views…</Menu.Item>;
  if (views.isError)
    return (
      <Menu.Item closeMenuOnClick={false} onClick={() => void views.refetch()}>
        The views could not be read. Try again
      </Menu.Item>
    );
  const { items } = views.data;
  const shared = Map.groupBy(
    items.filter(({ orgId }) => orgId !== null),
    ({ orgName }) => orgName ?? '',
  );
  const own = items.filter(({ orgId }) => orgId === null);
  if (items.length === 0)
    return <Menu.Label>No views yet. A view keeps filter, columns and order under a name.</Menu.Label>;
  return (
    <>
      {own.length > 0 && <Menu.Label>Only for you</Menu.Label>}
      {own.map((view) => (
        <Choice key={view.id} view={view} list={list} />
      ))}
      {[...shared].map(([orgName, inOrg]) => (
        <Fragment key={orgName}>
          <Menu.Label>Shared in {orgName}</Menu.Label>
          {inOrg.map((view) => (
            <Choice key={view.id} view={view} list={list} />
          ))}
        </Fragment>
      ))}
    </>
  );
}

function Choice({ view, list }: { view: SavedView; list: ViewedList }) {
  const isOpen = list.viewId === view.id;
  return (
    <Menu.RadioItem
      value={view.id}
      checked={isOpen}
      closeMenuOnClick
      onClick={() => {
        list.showColumns(view.columns.length > 0 ? view.columns : null);
        list.open(view);
      }}
    >
      {view.name}
    </Menu.RadioItem>
  );
}

type OpenViewProps = {
  readonly list: ViewedList;
  readonly view: SavedView;
  readonly onTask: (task: ViewTask) => void;
};

function OpenView({ list, view, onTask }: OpenViewProps) {
  const mayShare = useMay('views:share');
  const change = useChangeView();
  const remove = useRemoveView(list);
  if (!view.mayChange) return null;
  const { query, sort, shownIds } = list;
  return (
    <>
      {isChanged(list, view) && (
        <Menu.Item
          onClick={() =>
            change.mutate({ view, body: { query, sort, columns: [...shownIds] }, said: 'is changed' })
          }
        >
          Save changes
        </Menu.Item>
      )}
      <Menu.Item onClick={() => onTask({ kind: 'rename' })}>Rename…</Menu.Item>
      {view.orgId === null && mayShare && (
        <Menu.Item onClick={() => onTask({ kind: 'share' })}>Share…</Menu.Item>
      )}
      {view.orgId !== null && (
        <Menu.Item
          onClick={() => change.mutate({ view, body: { orgId: null }, said: 'is only for you now' })}
        >
          Stop sharing
        </Menu.Item>
      )}
      <Menu.Item c="var(--mantine-color-error)" onClick={() => remove.mutate(view)}>
        Remove
      </Menu.Item>
    </>
  );
}
